import { expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../../../../src/shared/domain/outcome.ts';
import { callerWithoutRoles, type Caller } from '../../../../src/shared/domain/caller.ts';
import type { RunRequest } from '../../../../src/shared/domain/run-request.ts';
import { checkEmail } from '../../../../src/shared/http/run/check-email.ts';
import { ProblemError } from '../../../../src/shared/http/problem.ts';

const user = callerWithoutRoles({ kind: 'user', id: 't/o', name: 'ada@example.com' });
const ada: Caller = { ...user, userPrincipalName: 'ada@example.com' };
const key = callerWithoutRoles({ kind: 'key', id: 'etl', name: 'etl' });

function refusedAt(
  email: string[],
  options: { caller?: Caller; on?: Outcome[]; kind?: 'run_now'; canWrite?: boolean } = {},
) {
  const { caller = ada, on = [...OUTCOMES] } = options;
  const target = options.kind === undefined ? { kind: 'submit' } : { kind: 'run_now', job: { id: '1' } };
  const request = {
    target,
    notify: { on, channels: email.map((target) => ({ name: 'email', target })) },
  } as unknown as RunRequest;
  try {
    checkEmail(request, caller, options.canWrite ?? false);
    return null;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { status: error.status, path: error.extras.errors?.[0]?.path };
  }
}

it('takes addresses of one-time runs, and the submitter who has one', () => {
  expect(refusedAt([])).toBeNull();
  expect(refusedAt([], { caller: key, kind: 'run_now' })).toBeNull();
  expect(refusedAt(['submitter', 'ops@example.com'])).toBeNull();
  expect(refusedAt(['ops@example.com'], { caller: key })).toBeNull();
  for (const on of [['failed'], ['succeeded'], ['succeeded', 'failed', 'timed_out']] satisfies Outcome[][])
    expect(refusedAt(['ops@example.com'], { on })).toBeNull();
});

it.each([
  { ...key },
  { ...key, kind: 'app' as const, name: 'nightly@ingestion' },
  { ...key, kind: 'anonymous' as const, name: 'anonymous' },
  // Guests and users choose what they are called.
  { ...user },
])('refuses to write to a submitter without an address ($kind $name)', (caller) => {
  expect(refusedAt(['ops@example.com', 'submitter'], { caller })).toEqual({
    status: 422,
    path: '/gateway/notify/email/1',
  });
});

it('refuses addresses of a run of a saved job, which Databricks does not take', () => {
  expect(refusedAt(['ops@example.com'], { kind: 'run_now' })).toEqual({ status: 422, path: '/gateway/notify/email' });
});

it.each([[['timed_out']], [['canceled', 'succeeded']], [['rejected', 'lost']]] satisfies [Outcome[]][])(
  'refuses to write of %j, which would be every failure or none',
  (on) => {
    expect(refusedAt(['ops@example.com'], { on })).toEqual({ status: 422, path: '/gateway/notify/on' });
  },
);

it('refuses of these nothing but a submitter without an address where the gateway writes itself', () => {
  expect(refusedAt(['ops@example.com'], { kind: 'run_now', canWrite: true })).toBeNull();
  expect(refusedAt(['ops@example.com'], { on: ['timed_out'], canWrite: true })).toBeNull();
  expect(refusedAt(['submitter'], { caller: key, canWrite: true })).toEqual({
    status: 422,
    path: '/gateway/notify/email/0',
  });
});
