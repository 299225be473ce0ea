import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';
import { backOffMs } from './back-off.ts';

/** What a step of a statement's life says comes next. */
export type SqlStatementStep = 'again' | 'follow' | 'export' | 'done';

export interface SqlStatementState {
  id: string;
  next: 'submit' | 'follow' | 'export';
  /** Polls so far; the interval grows with them. */
  polls: number;
  /** Failures in a row of the step that is due. */
  tries: number;
}

const ACTIVITIES = {
  submit: 'submit-sql-statement',
  follow: 'follow-sql-statement',
  export: 'export-sql-statement',
} as const;

/** A step adds half a dozen history events; an instance stays well under 1,000. */
const STEPS_PER_GENERATION = 60;
/** About two hours of back-off. */
const MAX_TRIES = 250;
const FIRST_POLL_MS = 250;
const LAST_POLL_MS = 15_000;

/** The life of an asynchronous statement: submit, follow until it has ended, export its rows. */
export function* trackSqlStatement(context: OrchestrationContext): Generator<Task, void, unknown> {
  const state = context.df.getInput<SqlStatementState>();
  for (let steps = 0; steps < STEPS_PER_GENERATION; steps++) {
    if (state.tries > MAX_TRIES) {
      yield context.df.callActivity('abandon-sql-statement', { id: state.id });
      return;
    }
    const step = (yield context.df.callActivity(ACTIVITIES[state.next], { id: state.id })) as SqlStatementStep;
    if (step === 'done') return;
    yield* proceed(context, state, step);
  }
  context.df.continueAsNew(state);
}

function* proceed(
  context: OrchestrationContext,
  state: SqlStatementState,
  step: SqlStatementStep,
): Generator<Task, void, unknown> {
  if (step === 'again') {
    yield* sleep(context, backOffMs(state.tries));
    state.tries++;
    return;
  }
  state.tries = 0;
  if (step === 'follow') {
    yield* sleep(context, Math.min(FIRST_POLL_MS * 1.4 ** Math.min(state.polls, 20), LAST_POLL_MS));
    state.polls++;
  }
  state.next = step === 'export' ? 'export' : 'follow';
}

function* sleep(context: OrchestrationContext, durationMs: number): Generator<Task, void, unknown> {
  yield context.df.createTimer(instant(context.df.currentUtcDateTime.getTime() + durationMs));
}
