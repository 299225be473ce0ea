import { expect, it } from 'vitest';
import { latestAttempts, observeRun, type DatabricksRun } from '../../../src/shared/domain/databricks-run.ts';
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
