import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, VALIDATE_ONLY } from '../shared/http/openapi/parameters.ts';
import { NEW_RUN } from '../shared/http/openapi/problem-groups.ts';
import { NEW_RUN_RESPONSES } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const createRun: Operation = {
  id: 'SubmitRun',
  tag: 'Runs',
  summary: 'Submit a run',
  description:
    'Submits a one-time run. The body is what Databricks takes at `runs/submit`: `tasks`, or one task at the top level; `gateway` says what Databricks has no field for. The run waits in a queue before the workspace, is submitted once, followed until it ends, and its output kept.',
  query: { validate_only: VALIDATE_ONLY, fail_on_error: FAIL_ON_ERROR },
  headers: ['Idempotency-Key', 'Prefer'],
  body: {
    schema: 'RunRequest',
    isRequired: true,
    examples: {
      notebook: {
        summary: 'One notebook on a cluster that is there',
        status: 202,
        value: {
          run_name: 'nightly load',
          existing_cluster_id: '0101-000000-local00',
          notebook_task: { notebook_path: '/Shared/test_notebook', base_parameters: { key: 'test_key' } },
          timeout_seconds: 600,
        },
      },
      tasks: {
        summary: 'Two tasks, a deadline, retries and labels',
        status: 202,
        value: {
          run_name: 'load and report',
          tasks: [
            {
              task_key: 'load',
              existing_cluster_id: '0101-000000-local00',
              notebook_task: { notebook_path: '/Simulated/load', base_parameters: { seconds: '0' } },
            },
            {
              task_key: 'report',
              depends_on: [{ task_key: 'load' }],
              existing_cluster_id: '0101-000000-local00',
              notebook_task: { notebook_path: '/Simulated/report', base_parameters: { seconds: '0', result: 'done' } },
            },
          ],
          gateway: {
            deadline_seconds: 7200,
            retry: { max_attempts: 2, backoff_seconds: 60, on: ['platform', 'capacity'] },
            labels: { cost_center: '42' },
          },
        },
      },
    },
  },
  responses: NEW_RUN_RESPONSES,
  problems: NEW_RUN,
  connector: { visibility: 'advanced' },
};
