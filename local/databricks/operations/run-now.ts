import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema, flagSchema } from '../runs/settings.ts';
import { startJobRun } from '../start-job-run.ts';
import { findJob } from '../resources/find-job.ts';
import { parametersOf, parametersSchema } from '../resources/run-parameters.ts';
import { refuseOverLimit, runOfToken } from '../resources/new-run-checks.ts';

const bodySchema = parametersSchema.extend({
  job_id: idSchema,
  idempotency_token: z.string().optional(),
  queue: z.looseObject({ enabled: flagSchema }).optional(),
  only: z.array(z.string()).optional(),
});

/** Starts a run of a saved job. */
export const runNow: Operation = {
  name: 'run-now',
  method: 'POST',
  path: 'jobs/run-now',
  handle({ body }, workspace) {
    const request = parseBody(body, bodySchema);
    const job = findJob(workspace, request.job_id);
    const token = request.idempotency_token;
    const existing = runOfToken(workspace, token);
    if (existing !== undefined) return { run_id: existing.runId, number_in_job: existing.runId };

    const queue = request.queue ?? job.settings.queue;
    if (queue?.enabled !== true) refuseOverLimit(workspace);
    const run = startJobRun(workspace.runs, job, {
      parameters: parametersOf(request) ?? { job: {}, notebook: {} },
      idempotencyToken: token,
      queue,
      only: request.only === undefined ? undefined : new Set(request.only),
    });
    return { run_id: run.runId, number_in_job: run.runId };
  },
};
