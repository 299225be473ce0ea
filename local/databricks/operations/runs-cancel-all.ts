import { z } from 'zod';
import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema, flagSchema } from '../runs/settings.ts';
import { isTerminal } from '../runs/state.ts';

const bodySchema = z.looseObject({ job_id: idSchema.optional(), all_queued_runs: flagSchema.optional() });

/** Cancels the active runs of a job, or all. */
export const runsCancelAll: Operation = {
  name: 'runs/cancel-all',
  method: 'POST',
  path: 'jobs/runs/cancel-all',
  handle({ body }, { runs }) {
    const { job_id: jobId, all_queued_runs: queuedOnly } = parseBody(body, bodySchema);
    if (jobId === undefined && queuedOnly !== true)
      throw invalidParameter('Either job_id or all_queued_runs must be specified.');
    const candidates = jobId === undefined ? runs.kept.active.after() : runs.kept.ofJob(jobId)?.after();
    // A copy: a queued run leaves the list as it is cancelled.
    for (const run of Array.from(candidates ?? [])) {
      const wanted = queuedOnly === true ? run.state.lifeCycle === 'QUEUED' : !isTerminal(run.state);
      if (wanted) runs.cancel(run);
    }
    return {};
  },
};
