import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';
import { backOffMs } from './back-off.ts';
import { call } from './activities.ts';
import { versionOf } from './version.ts';

/** Where a statement is on its way. */
export type SqlStatementStage =
  | { name: 'submit' }
  /** `polls` so far; the interval grows with them. */
  | { name: 'follow'; statementId: string; polls: number }
  | { name: 'export' }
  | { name: 'done' };

/** All that the orchestration of a statement remembers. */
export interface SqlStatementState {
  id: string;
  stage: SqlStatementStage;
  /** How often in a row the step that is due could not be taken. */
  tries: number;
  /** Activities in a row that failed. */
  failures: number;
}

/** The life of a statement from its beginning; the first step finds out how far it has come. */
export function newSqlStatementState(id: string): SqlStatementState {
  return { id, stage: { name: 'submit' }, tries: 0, failures: 0 };
}

/** A step adds half a dozen history events; an instance stays well under 1,000. */
const STEPS_PER_GENERATION = 60;
/** Beyond, the orchestration fails, and the sweep takes the statement up again. */
const MAX_FAILURES = 20;
const FIRST_POLL_MS = 250;
const LAST_POLL_MS = 15_000;

/**
 * The life of an asynchronous statement: submit, follow until it has ended, export its rows. The steps know the
 * deadline and end the statement; the orchestration only takes them again, as often as they need.
 * @throws {Error} where the orchestration is of a version that this code does not know.
 */
export function* trackSqlStatement(context: OrchestrationContext): Generator<Task, void, unknown> {
  versionOf(context);
  const state = context.df.getInput<SqlStatementState>();
  for (let steps = 0; steps < STEPS_PER_GENERATION; steps++) {
    if (state.stage.name === 'done') return;
    try {
      const stage = yield* step(context, state.id, state.stage);
      state.tries = stage === 'again' ? state.tries + 1 : 0;
      state.failures = 0;
      if (stage !== 'again') state.stage = stage;
    } catch (error) {
      if (++state.failures > MAX_FAILURES) throw error;
    }
    yield* sleep(context, pauseMs(state));
  }
  context.df.continueAsNew(state);
}

function* step(
  context: OrchestrationContext,
  id: string,
  stage: SqlStatementStage,
): Generator<Task, SqlStatementStage | 'again', unknown> {
  switch (stage.name) {
    case 'submit': {
      const submitted = yield* call(context, 'submit-sql-statement', { id });
      if (submitted.next === 'follow') return { name: 'follow', statementId: submitted.statementId, polls: 0 };
      return submitted.next === 'again' ? 'again' : { name: 'done' };
    }
    case 'follow': {
      const { next } = yield* call(context, 'follow-sql-statement', { id, statementId: stage.statementId });
      if (next === 'follow') return { ...stage, polls: stage.polls + 1 };
      return next === 'again' ? 'again' : { name: next };
    }
    case 'export': {
      const { next } = yield* call(context, 'export-sql-statement', { id });
      return next === 'again' ? 'again' : { name: 'done' };
    }
    case 'done':
      return stage;
  }
}

/** How long to wait before the stage that is due; 0 for not at all. */
function pauseMs({ stage, tries, failures }: SqlStatementState): number {
  const inARow = tries + failures;
  if (inARow > 0) return backOffMs(inARow - 1);
  return stage.name === 'follow' ? Math.min(FIRST_POLL_MS * 1.4 ** Math.min(stage.polls, 20), LAST_POLL_MS) : 0;
}

function* sleep(context: OrchestrationContext, durationMs: number): Generator<Task, void, unknown> {
  if (durationMs === 0) return;
  yield context.df.createTimer(instant(context.df.currentUtcDateTime.getTime() + durationMs));
}
