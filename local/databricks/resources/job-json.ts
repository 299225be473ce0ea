import type { Job } from '../jobs.ts';
import type { Workspace } from '../workspace.ts';

/** A job as `jobs/get` shows it; a list leaves its tasks out. */
export function jobJson({ jobId, createdTime, settings }: Job, { identity }: Workspace, withTasks = true): object {
  const { tasks, ...rest } = settings;
  return {
    job_id: jobId,
    creator_user_name: identity.userName,
    run_as_user_name: identity.userName,
    created_time: createdTime,
    settings: {
      email_notifications: {},
      webhook_notifications: {},
      timeout_seconds: 0,
      format: 'MULTI_TASK',
      ...rest,
      ...(withTasks && tasks !== undefined ? { tasks } : {}),
    },
  };
}
