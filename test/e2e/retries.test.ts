import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { gateway } = await shareStack();

function retry(changes: Record<string, unknown> = {}) {
  return { gateway: { retry: { max_attempts: 3, backoff_seconds: 1, ...changes } } };
}

it.concurrent('tries a failure of the platform again, each time as a new Databricks run after a longer pause', async () => {
  const id = await gateway.submit({ ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }), ...retry() });

  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'failed', attempt: 3, failure: { class: 'platform', retryable: true } });
  const attempts = await gateway.databricksRuns(id);
  expect(attempts).toHaveLength(3);
  expect(new Set(attempts.map(({ run_id: runId }) => runId)).size).toBe(3);
  expect(attempts[1]!.start_time - attempts[0]!.end_time).toBeGreaterThanOrEqual(1_000);
  expect(attempts[2]!.start_time - attempts[1]!.end_time).toBeGreaterThanOrEqual(2_000);
  expect(result.run_id).toBe(String(attempts[2]!.run_id));
});

it.concurrent('does not try a failure of user code again, unless its owner asks for that', async () => {
  const failing = simulated(0.1, { result_state: 'FAILED' });
  const once = await gateway.submit({ ...failing, ...retry() });
  const asked = await gateway.submit({
    ...failing,
    ...retry({ on: ['user_code'], max_attempts: 2, backoff_seconds: 0 }),
  });

  expect(await gateway.result(once)).toMatchObject({ outcome: 'failed', attempt: 1, failure: { class: 'user_code' } });
  expect(await gateway.result(asked)).toMatchObject({ outcome: 'failed', attempt: 2 });
  expect(await gateway.databricksRuns(once)).toHaveLength(1);
  expect(await gateway.databricksRuns(asked)).toHaveLength(2);
});

it.concurrent('knows whose trouble a failure is by the code that Databricks gives', async () => {
  const classes: Record<string, [failureClass: string, retryable: boolean]> = {
    CLUSTER_REQUEST_LIMIT_EXCEEDED: ['capacity', true],
    CLOUD_FAILURE: ['platform', true],
    LIBRARY_INSTALLATION_ERROR: ['configuration', false],
    STORAGE_ACCESS_ERROR: ['permission', false],
    RUN_EXECUTION_ERROR: ['user_code', false],
    A_CODE_OF_TOMORROW: ['user_code', false],
  };

  const failures = await Promise.all(
    Object.keys(classes).map(async (code) => {
      const failing = simulated(0.1, { result_state: 'FAILED', termination_code: code, state_message: 'It broke.' });
      return gateway.result(await gateway.submit({ ...failing, ...retry({ max_attempts: 1 }) }));
    }),
  );

  for (const { outcome, failure } of failures) {
    const [failureClass, retryable] = classes[failure.code] ?? [];
    expect({ outcome, class: failure.class, retryable: failure.retryable }).toEqual({
      outcome: 'failed',
      class: failureClass,
      retryable,
    });
    expect(failure.message).toContain('It broke.');
  }
});

it.concurrent('calls a run whose tasks failed in part, and that went on all the same, succeeded with failures', async () => {
  const id = await gateway.submit({
    tasks: [
      { task_key: 'fails', ...simulated(0.1, { result_state: 'FAILED' }) },
      { task_key: 'cleans', depends_on: [{ task_key: 'fails' }], run_if: 'ALL_DONE', ...simulated(0.1) },
    ],
  });

  const result = await gateway.result(id);

  expect(result.outcome).toBe('succeeded_with_failures');
  expect(result.failure).toBeUndefined();
  expect(result.tasks.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['failed', 'succeeded']);
});

it.concurrent('applies timeout_seconds to each attempt', async () => {
  const id = await gateway.submit({
    ...simulated(30),
    timeout_seconds: 1,
    ...retry({ on: ['timeout'], max_attempts: 2, backoff_seconds: 0 }),
  });

  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'timed_out', attempt: 2, failure: { class: 'timeout' } });
  for (const { result_state: state } of await gateway.databricksRuns(id)) expect(state).toBe('TIMEDOUT');
});

it.concurrent('cancels at the deadline, sees that the run has stopped, and calls it timed out', async () => {
  const id = await gateway.submit({ ...simulated(120), gateway: { deadline_seconds: 15 } });

  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'timed_out', failure: { class: 'timeout', code: 'DEADLINE_EXCEEDED' } });
  expect(Date.parse(result.deadline_at) - Date.parse(result.created_at)).toBe(15_000);
  const [run] = await gateway.databricksRuns(id);
  expect(run?.result_state).toBe('CANCELED');
  expect(run!.end_time).toBeGreaterThanOrEqual(Date.parse(result.deadline_at));
});

it.concurrent('starts no further attempt after the deadline', async () => {
  const id = await gateway.submit({
    ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }),
    // Long enough for the first attempt on a machine that is busy with the tests beside this one.
    gateway: { deadline_seconds: 15, retry: { max_attempts: 5, backoff_seconds: 60 } },
  });

  expect((await gateway.until(id, ({ attempt }) => attempt === 2)).status).toBe('queued');
  expect(await gateway.result(id)).toMatchObject({ outcome: 'timed_out' });
  expect(await gateway.databricksRuns(id)).toHaveLength(1);
});

it.concurrent('tries no more when its owner cancels between two attempts', async () => {
  const id = await gateway.submit({
    ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }),
    ...retry({ backoff_seconds: 60 }),
  });
  const waiting = await gateway.until(id, ({ attempt }) => attempt === 2);

  await gateway.send('DELETE', `/api/runs/${id}`);

  const result = await gateway.result(id);
  const [first, ...others] = await gateway.databricksRuns(id);
  expect(others).toEqual([]);
  expect(waiting).toMatchObject({ status: 'queued', completed_at: null });
  expect(first).toMatchObject({ result_state: 'FAILED' });
  // What the first attempt came to is not what the run ended with.
  expect(result).toMatchObject({ outcome: 'canceled', run_id: null, run_page_url: null, tasks: [] });
  expect(result.failure.message).toContain('attempt 2');
});

it('rejects what Databricks refuses for good, with its words', async () => {
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'runs/submit' },
    kind: 'status',
    status: 400,
    error_code: 'INVALID_PARAMETER_VALUE',
    message: 'The notebook path is of another planet.',
    times: 1,
  });

  const result = await gateway.result(await gateway.submit(simulated(0.1)));

  expect(result).toMatchObject({
    outcome: 'rejected',
    run_id: null,
    failure: {
      class: 'configuration',
      code: 'INVALID_PARAMETER_VALUE',
      message: 'The notebook path is of another planet.',
      retryable: false,
    },
  });
});
