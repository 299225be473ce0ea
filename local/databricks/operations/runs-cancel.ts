import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema } from '../runs/settings.ts';
import { findRun } from '../resources/find-run.ts';

const bodySchema = z.looseObject({ run_id: idSchema });

/** Returns at once; the run stops afterwards. A run that has ended keeps its result. */
export const runsCancel: Operation = {
  name: 'runs/cancel',
  method: 'POST',
  path: 'jobs/runs/cancel',
  handle({ body }, workspace) {
    const { run, task } = findRun(workspace, parseBody(body, bodySchema).run_id);
    if (task !== undefined) workspace.runs.cancelTask(run, task.runId);
    else workspace.runs.cancel(run);
    return {};
  },
};
