import * as z from 'zod';
import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, VALIDATE_ONLY } from '../shared/http/openapi/parameters.ts';
import { NEW_RUN } from '../shared/http/openapi/problem-groups.ts';
import { NEW_RUN_RESPONSES } from '../shared/http/openapi/run-responses.ts';

/** An address holds no more of them, however they are encoded; of longer names the id is to be given. */
const MAX_NAME_CHARS = 500;

/** What the documents say of it. */
export const runJob: Operation = {
  id: 'RunJob',
  tag: 'Runs',
  summary: 'Run a saved job',
  description:
    'Starts a run of a job that is saved in the workspace, by its id or its name, as `jobs/run-now` does. The name is looked up after acceptance: one that is unknown or ambiguous ends as `rejected`.',
  path: {
    job: {
      title: 'Job',
      description:
        'All digits: an id. Anything else: a name, with `%2F` for a slash; a name that holds `%2F` itself goes into `name`, with `-` here.',
      schema: z.string().min(1).max(MAX_NAME_CHARS),
    },
  },
  query: {
    validate_only: VALIDATE_ONLY,
    fail_on_error: FAIL_ON_ERROR,
    name: {
      title: 'Job Name',
      description: 'The name of the job, where the path says `-`.',
      schema: z.string().min(1).max(MAX_NAME_CHARS),
    },
  },
  headers: ['Idempotency-Key', 'Prefer'],
  body: {
    schema: 'RunNowRequest',
    isRequired: false,
    examples: {
      parameters: {
        summary: 'Job parameters and a deadline',
        status: 202,
        value: { job_parameters: { day: '2026-01-31' }, gateway: { deadline_seconds: 3600 } },
      },
    },
  },
  responses: NEW_RUN_RESPONSES,
  problems: NEW_RUN,
  connector: {},
};
