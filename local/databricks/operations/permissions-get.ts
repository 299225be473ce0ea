import type { Operation } from '../operation.ts';
import { findJob } from './find-job.ts';

export const permissionsGet: Operation = {
  name: 'permissions/jobs',
  method: 'GET',
  path: 'permissions/jobs/{job_id}',
  handle({ params }, workspace) {
    const jobId = Number(params['job_id']);
    if (!workspace.runs.runsOfJob(jobId)) findJob(workspace, jobId);
    return {
      object_id: `/jobs/${jobId}`,
      object_type: 'job',
      access_control_list: [
        {
          user_name: workspace.identity.userName,
          all_permissions: [{ permission_level: 'IS_OWNER', inherited: false }],
        },
      ],
    };
  },
};
