import { describe, expect, it } from 'vitest';
import { latestAttempts, type DatabricksRun } from '../../../src/shared/domain/databricks-run.ts';
import { observeRun } from '../../../src/shared/domain/observe-run.ts';
import { FAILURE_CLASSES, failureClass } from '../../../src/shared/domain/failure.ts';

/** Every documented code of a termination but the successes. @see https://docs.databricks.com/api/azure/workspace/jobs/getrun */
const DOCUMENTED_CODES = `USER_CANCELED CANCELED SKIPPED INTERNAL_ERROR DRIVER_ERROR CLUSTER_ERROR
  REPOSITORY_CHECKOUT_FAILED INVALID_CLUSTER_REQUEST WORKSPACE_RUN_LIMIT_EXCEEDED FEATURE_DISABLED
  CLUSTER_REQUEST_LIMIT_EXCEEDED STORAGE_ACCESS_ERROR RUN_EXECUTION_ERROR UNAUTHORIZED_ERROR
  LIBRARY_INSTALLATION_ERROR MAX_CONCURRENT_RUNS_EXCEEDED MAX_SPARK_CONTEXTS_EXCEEDED RESOURCE_NOT_FOUND
  INVALID_RUN_CONFIGURATION CLOUD_FAILURE MAX_JOB_QUEUE_SIZE_EXCEEDED DISABLED BREAKING_CHANGE
  CLUSTER_TERMINATED_BY_USER BUDGET_POLICY_LIMIT_EXCEEDED`.split(/\s+/);

function ended(code: string, changes: Partial<DatabricksRun> = {}): DatabricksRun {
  return {
    run_id: '1',
    tasks: [],
    status: { state: 'TERMINATED', termination_details: { code, type: 'CLIENT_ERROR', message: 'Why.' } },
    ...changes,
  };
}

it('knows a class for every documented code, whatever the type beside it says', () => {
  for (const code of DOCUMENTED_CODES) {
    const byCode = failureClass({ code });
    expect(FAILURE_CLASSES).toContain(byCode);
    expect(failureClass({ code, type: 'INTERNAL_ERROR' })).toBe(byCode);
  }
});

it('judges a code of tomorrow by its type, then by the state, and takes the rest for trouble of the platform', () => {
  expect(failureClass({ code: 'NEW', type: 'CLIENT_ERROR' })).toBe('user_code');
  expect(failureClass({ code: 'NEW', type: 'CLOUD_FAILURE' })).toBe('platform');
  expect(failureClass({ code: 'NEW', type: 'NEWER', resultState: 'CANCELED' })).toBe('canceled');
  expect(failureClass({ code: 'NEW', resultState: 'NEWEST' })).toBe('platform');
  expect(failureClass({ code: 'toString', type: 'constructor', resultState: '__proto__' })).toBe('platform');
  expect(failureClass({})).toBe('platform');
});

it('calls a run timed out by its result state, although the code says that it was canceled', () => {
  const run = ended('CANCELED', { state: { life_cycle_state: 'TERMINATED', result_state: 'TIMEDOUT' } });

  expect(observeRun(run)).toMatchObject({ outcome: 'timed_out', failure: { class: 'timeout', retryable: false } });
});

it.each([
  ['named after the run', [{ run_id: '2', task_key: 'nightly load' }]],
  [
    'in several attempts',
    [
      { run_id: '2', task_key: 'n' },
      { run_id: '2', task_key: 'n', attempt_number: 1 },
    ],
  ],
  ['not listed', []],
])('shows the task of a shorthand run by the key that callers know, %s', (_what, tasks) => {
  expect(observeRun({ run_id: '1', tasks }, 'main').tasks.map(({ task_key: key }) => key)).toEqual(['main']);
});

it('takes any state that is no listed end for one that goes on', () => {
  for (const word of [
    'QUEUED',
    'PENDING',
    'RUNNING',
    'TERMINATING',
    'BLOCKED',
    'WAITING_FOR_RETRY',
    'WAITING',
    'NEW',
  ]) {
    expect(observeRun({ run_id: '1', tasks: [], status: { state: word } }).outcome).toBeNull();
    expect(observeRun({ run_id: '1', tasks: [], state: { life_cycle_state: word } }).outcome).toBeNull();
  }
  expect(observeRun({ run_id: '1', tasks: [] })).toMatchObject({ outcome: null, status: 'pending' });
});

it('reads the deprecated state where there is no status', () => {
  const read = (lifeCycle: string, result?: string) =>
    observeRun({ run_id: '1', tasks: [], state: { life_cycle_state: lifeCycle, result_state: result } }).outcome;

  expect(read('TERMINATED', 'SUCCESS')).toBe('succeeded');
  expect(read('INTERNAL_ERROR', 'FAILED')).toBe('failed');
  expect(read('INTERNAL_ERROR')).toBe('failed');
  expect(read('SKIPPED')).toBe('skipped');
  expect(read('TERMINATED', 'MAXIMUM_CONCURRENT_RUNS_REACHED')).toBe('skipped');
  expect(read('TERMINATED', 'A_RESULT_OF_TOMORROW')).toBe('failed');
});

it('lets the last attempt of a task stand for it, in the order in which the tasks came', () => {
  const tasks = [
    { run_id: '1', task_key: 'a', attempt_number: 0 },
    { run_id: '2', task_key: 'b', attempt_number: 0 },
    { run_id: '3', task_key: 'a', attempt_number: 1 },
  ];

  expect(latestAttempts(tasks).map(({ run_id: id }) => id)).toEqual(['3', '2']);
});

it('takes the class of the failed task where the run only repeats that a task failed', () => {
  const task = { ...ended('CLUSTER_REQUEST_LIMIT_EXCEEDED', { state: { result_state: 'FAILED' } }), task_key: 'a' };
  const run = ended('RUN_EXECUTION_ERROR', { state: { result_state: 'FAILED' }, tasks: [task] });

  expect(observeRun(run)).toMatchObject({
    outcome: 'failed',
    failure: { class: 'capacity', code: 'CLUSTER_REQUEST_LIMIT_EXCEEDED', retryable: true },
  });
});

/** What a run is that ended with each code: without `state`, and with each result beside it where that says something else. */
const OUTCOME_OF_CODE: Readonly<Record<string, string>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  USER_CANCELED: 'canceled',
  CANCELED: 'timed_out',
  SKIPPED: 'skipped',
  DISABLED: 'skipped',
  MAX_CONCURRENT_RUNS_EXCEEDED: 'skipped',
  MAX_JOB_QUEUE_SIZE_EXCEEDED: 'skipped',
};

const OUTCOME_OF_RESULT: Readonly<Record<string, string>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  FAILED: 'failed',
  TIMEDOUT: 'timed_out',
  CANCELED: 'canceled',
  MAXIMUM_CONCURRENT_RUNS_REACHED: 'skipped',
  EXCLUDED: 'skipped',
  UPSTREAM_FAILED: 'skipped',
  UPSTREAM_CANCELED: 'skipped',
  DISABLED: 'skipped',
};

const ALL_CODES = ['SUCCESS', 'SUCCESS_WITH_FAILURES', ...DOCUMENTED_CODES];

it.each(ALL_CODES)('knows the outcome of a run that ended with %s, whatever its result says or leaves out', (code) => {
  expect(observeRun(ended(code)).outcome).toBe(OUTCOME_OF_CODE[code] ?? 'failed');
  for (const lifeCycle of ['TERMINATED', 'INTERNAL_ERROR', 'SKIPPED']) {
    for (const [result, outcome] of Object.entries(OUTCOME_OF_RESULT)) {
      const seen = observeRun(ended(code, { state: { life_cycle_state: lifeCycle, result_state: result } }));
      expect([code, lifeCycle, result, seen.outcome]).toEqual([code, lifeCycle, result, outcome]);
      expect(seen.failure === null).toBe(outcome.startsWith('succeeded'));
      expect(seen.failure?.class === 'timeout').toBe(outcome === 'timed_out');
    }
  }
});

it('takes the platform for the one that canceled a run for its length, and a user for one that did not', () => {
  expect(observeRun(ended('CANCELED'))).toMatchObject({ outcome: 'timed_out', failure: { class: 'timeout' } });
  expect(observeRun(ended('USER_CANCELED'))).toMatchObject({ outcome: 'canceled', failure: { class: 'canceled' } });
  expect(observeRun(ended('CANCELED', { state: { result_state: 'CANCELED' } }))).toMatchObject({
    outcome: 'canceled',
    failure: { class: 'canceled' },
  });
});

describe('a task that took longer than it may', () => {
  const task = (key: string, result: string, code: string) => ({
    ...ended(code, { state: { life_cycle_state: 'TERMINATED', result_state: result } }),
    run_id: key,
    task_key: key,
  });
  const failedRun = (...tasks: DatabricksRun['tasks']) =>
    observeRun(
      ended('RUN_EXECUTION_ERROR', { state: { life_cycle_state: 'TERMINATED', result_state: 'FAILED' }, tasks }),
    );
  const late = task('late', 'TIMEDOUT', 'CANCELED');
  const skipped = task('after', 'UPSTREAM_FAILED', 'SKIPPED');

  it('makes a run in which nothing else failed one that timed out', () => {
    for (const seen of [failedRun(late), failedRun(task('fine', 'SUCCESS', 'SUCCESS'), late, skipped)]) {
      expect(seen).toMatchObject({ outcome: 'timed_out', failure: { class: 'timeout', message: 'Why.' } });
    }
  });

  it('hides no failure of the code beside it', () => {
    const seen = failedRun(late, task('bad', 'FAILED', 'RUN_EXECUTION_ERROR'));

    expect(seen).toMatchObject({ outcome: 'failed', failure: { class: 'user_code', code: 'RUN_EXECUTION_ERROR' } });
    expect(seen.tasks.map(({ outcome }) => outcome)).toEqual(['timed_out', 'failed']);
  });

  it('leaves a run alone that succeeded all the same, or that the platform ended', () => {
    const success = ended('SUCCESS_WITH_FAILURES', { state: { result_state: 'SUCCESS_WITH_FAILURES' }, tasks: [late] });
    const broken = ended('CLUSTER_ERROR', { state: { result_state: 'FAILED' }, tasks: [late] });

    expect(observeRun(success).outcome).toBe('succeeded_with_failures');
    expect(observeRun(broken)).toMatchObject({ outcome: 'failed', failure: { class: 'platform' } });
  });
});
