import { expect, it } from 'vitest';
import {
  hasDatabricksWritten,
  leavesEmailToDatabricks,
  withSubmitterAddress,
} from '../../../src/shared/domain/email-writer.ts';
import { OUTCOMES, type Outcome } from '../../../src/shared/domain/outcome.ts';
import type { RunRequest } from '../../../src/shared/domain/run-request.ts';
import { sampleRun } from '../ledger/sample-run.ts';

const email = (...targets: string[]) => targets.map((target) => ({ name: 'email', target }));

function requestOf(changes: Partial<RunRequest> = {}, on: Outcome[] = [...OUTCOMES]): RunRequest {
  const retry = { maxAttempts: 3, backoffMs: 0, on: ['platform' as const, 'capacity' as const] };
  return { ...sampleRun().request, retry, notify: { on, channels: email('ada@example.com') }, ...changes };
}

const runNow = { target: { kind: 'run_now', job: { id: '7' } } } as const;
const retried = { retry: { maxAttempts: 2, backoffMs: 0, on: ['user_code' as const] } };

it.each<[string, request: RunRequest, attempt: number, withMail: boolean, withoutMail: boolean]>([
  ['a plain submit', requestOf(), 1, true, true],
  ['another attempt', requestOf(), 2, false, true],
  ['a deadline', requestOf({ deadlineMs: 60_000 }), 1, false, true],
  ['retries of its own failures', requestOf(retried), 1, false, true],
  ['the end of one kind of failure', requestOf({}, ['timed_out']), 1, false, true],
  ['successes alone', requestOf({}, ['succeeded']), 1, true, true],
  ['a saved job', requestOf(runNow), 1, false, false],
  ['nobody', requestOf({ notify: { on: [...OUTCOMES], channels: [] } }), 1, false, false],
])('leaves mail of %s to Databricks, or not', (_what, request, attempt, withMail, withoutMail) => {
  expect(leavesEmailToDatabricks(request, attempt, true)).toBe(withMail);
  expect(leavesEmailToDatabricks(request, attempt, false)).toBe(withoutMail);
});

it('knows of which ends Databricks writes: those that it knows of, of runs with addresses', () => {
  const ended = sampleRun({ databricksWrites: true, runId: '5', submittedAtMs: 1, outcome: 'failed' });

  expect(hasDatabricksWritten(ended)).toBe(true);
  for (const change of [
    { databricksWrites: false },
    { runId: null },
    { submittedAtMs: null },
    { outcome: 'rejected' as const },
    { outcome: 'lost' as const },
  ])
    expect(hasDatabricksWritten({ ...ended, ...change })).toBe(false);
});

it('writes to the submitter once, by the address that its tenant vouches for', () => {
  const channels = [
    ...email('ops@example.com', 'submitter', 'ada@example.com'),
    { name: 'queue', target: 'run-results' },
  ];
  const request = requestOf({ notify: { on: ['failed'], channels } });
  const targetsOf = (address: string | undefined) =>
    withSubmitterAddress(request, address).notify?.channels.map(({ target }) => target);

  expect(targetsOf('ada@example.com')).toEqual(['ops@example.com', 'ada@example.com', 'run-results']);
  expect(targetsOf(undefined)).toEqual(['ops@example.com', 'ada@example.com', 'run-results']);
  expect(targetsOf('bea@example.com')).toEqual([
    'ops@example.com',
    'bea@example.com',
    'ada@example.com',
    'run-results',
  ]);
});
