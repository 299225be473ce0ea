import type { OrchestrationContext, Task } from 'durable-functions';
import { expect, test } from 'vitest';
import {
  newSqlStatementState,
  type SqlStatementState,
  trackSqlStatement,
} from '../../../src/shared/workflow/track-sql-statement.ts';
import { WORKFLOW_VERSIONS } from '../../../src/shared/workflow/version.ts';

const MINUTE = 60_000;

type Answer = (name: string, nowMs: number) => unknown;

/** Steps the orchestration through its generations on a clock of its own; what `answer` throws fails the activity. */
function drive(answer: Answer) {
  const asked: { name: string; input: unknown; atMs: number }[] = [];
  let nowMs = 0;
  let yielded = 0;
  let generations = 0;
  let state: SqlStatementState | undefined = newSqlStatementState('abc');
  while (state !== undefined) {
    generations++;
    const input: SqlStatementState = state;
    state = undefined;
    const df = {
      version: WORKFLOW_VERSIONS.at(-1),
      get currentUtcDateTime() {
        return new Date(nowMs);
      },
      getInput: () => structuredClone(input),
      continueAsNew: (next: SqlStatementState) => {
        state = structuredClone(next);
      },
      callActivity: (name: string, activityInput: unknown) => ({ name, input: activityInput }),
      createTimer: (fireAt: Date) => ({ fireAtMs: fireAt.getTime() }),
    };
    const generator = trackSqlStatement({ df } as unknown as OrchestrationContext);
    let step: IteratorResult<Task, void> = generator.next();
    while (step.done !== true) {
      if (yielded++ > 10_000) throw new Error('The orchestration does not end.');
      const task = step.value as unknown as { name: string; input: unknown } | { fireAtMs: number };
      if ('fireAtMs' in task) {
        nowMs = task.fireAtMs;
        step = generator.next();
        continue;
      }
      asked.push({ ...task, atMs: nowMs });
      let result: unknown;
      let failed: { error: unknown } | undefined;
      try {
        result = answer(task.name, nowMs);
      } catch (error) {
        failed = { error };
      }
      step = failed === undefined ? generator.next(result) : generator.throw(failed.error);
    }
  }
  return { asked, generations, endedAtMs: nowMs };
}

const OUTAGE = new Error('The activity failed.');

/** A statement that runs for `durationMs` and then has rows. */
function statement(durationMs: number): Answer {
  return (name, nowMs) => {
    if (name === 'submit-sql-statement') return { next: 'follow', statementId: 'at-databricks' };
    if (name === 'follow-sql-statement') return { next: nowMs < durationMs ? 'follow' : 'export' };
    return { next: 'done' };
  };
}

test('submits, follows and exports, and hands on the id that Databricks gave', () => {
  const { asked } = drive(statement(0));
  expect(asked).toMatchObject([
    { name: 'submit-sql-statement', input: { id: 'abc' } },
    { name: 'follow-sql-statement', input: { id: 'abc', statementId: 'at-databricks' } },
    { name: 'export-sql-statement', input: { id: 'abc' } },
  ]);
});

test('notices the end of a short statement soon, and of a long one within 15 s, in short generations', () => {
  expect(drive(statement(100)).endedAtMs).toBeLessThan(1_000);
  const { endedAtMs, generations } = drive(statement(60 * MINUTE));
  expect(endedAtMs).toBeLessThan(60 * MINUTE + 15_000);
  expect(generations).toBeGreaterThan(3);
});

test.each(['submit', 'follow', 'export'])('takes the %s again when its activity fails, with growing pauses', (step) => {
  const life = statement(0);
  let failures = 5;
  const { asked, endedAtMs } = drive((name, nowMs) => {
    if (name === `${step}-sql-statement` && failures-- > 0) throw OUTAGE;
    return life(name, nowMs);
  });
  expect(asked.filter(({ name }) => name.startsWith(step))).toHaveLength(6);
  expect(asked.at(-1)?.name).toBe('export-sql-statement');
  expect(endedAtMs).toBeGreaterThanOrEqual((1 + 2 + 4 + 8 + 16) * 1_000);
});

test('fails when an activity fails too often in a row, so that the sweep takes the statement up again', () => {
  let calls = 0;
  const failing = () => {
    calls++;
    throw OUTAGE;
  };
  expect(() => drive(failing)).toThrow(OUTAGE);
  expect(calls).toBe(21);
});

test('waits for an outage that its steps report as long as they want', () => {
  const life = statement(0);
  const { asked } = drive((name, nowMs) =>
    name === 'follow-sql-statement' && nowMs < 180 * MINUTE ? { next: 'again' } : life(name, nowMs),
  );
  expect(asked.at(-1)).toMatchObject({ name: 'export-sql-statement' });
  const pauses = asked.slice(2, -1).map(({ atMs }, index) => atMs - (asked[index + 1]?.atMs ?? 0));
  expect(Math.max(...pauses)).toBe(30_000);
});
