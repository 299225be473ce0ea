import { z } from 'zod';
import { jobSchema } from '../jobs.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema, type TaskSettings } from '../runs/settings.ts';
import { checkJob } from '../task-settings.ts';
import { findJob } from '../resources/find-job.ts';

const bodySchema = z.looseObject({
  job_id: idSchema,
  new_settings: z.record(z.string(), z.unknown()).default({}),
  fields_to_remove: z.array(z.string()).default([]),
});

/** Replaces top-level settings of a job; tasks are replaced by key. */
export const jobsUpdate: Operation = {
  name: 'jobs/update',
  method: 'POST',
  path: 'jobs/update',
  handle({ body }, workspace) {
    const { job_id: jobId, new_settings: changes, fields_to_remove: removed } = parseBody(body, bodySchema);
    const job = findJob(workspace, jobId);
    const settings: Record<string, unknown> = { ...job.settings, ...changes };
    if (Array.isArray(changes['tasks']) && job.settings.tasks !== undefined) {
      const tasks = new Map(job.settings.tasks.map((task) => [task.task_key, task]));
      for (const task of changes['tasks'] as TaskSettings[]) tasks.set(task.task_key, task);
      settings['tasks'] = [...tasks.values()];
    }
    for (const field of removed) delete settings[field];
    const updated = parseBody(settings, jobSchema);
    checkJob(updated);
    workspace.jobs.update(job, updated);
    return {};
  },
};
