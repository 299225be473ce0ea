import { z } from 'zod';
import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import type { Workspace } from '../workspace.ts';
import { findJob } from '../resources/find-job.ts';

const LEVELS = {
  CAN_VIEW: 'Can view the job and its runs.',
  CAN_MANAGE_RUN: 'Can view the job, run it, and cancel its runs.',
  IS_OWNER: 'Owns the job.',
  CAN_MANAGE: 'Can do everything with the job.',
};

const entry = z.looseObject({
  user_name: z.string().optional(),
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  permission_level: z.string(),
});
const permissionsBody = z.looseObject({ access_control_list: z.array(entry).default([]) });
type Entry = z.output<typeof entry>;

const PATH = 'permissions/jobs/{job_id}';

/** Who may do what with a job. It is kept and shown, and holds nobody back: every credential may do everything. */
export const jobPermissions: Operation[] = [
  {
    name: 'permissions/jobs',
    method: 'GET',
    path: PATH,
    handle: ({ params }, workspace) => permissionsOf(workspace, jobIdOf(workspace, params)),
  },
  {
    name: 'permissions/jobs',
    method: 'PUT',
    path: PATH,
    handle: ({ params, body }, workspace) => set(workspace, jobIdOf(workspace, params), entriesOf(body)),
  },
  {
    name: 'permissions/jobs',
    method: 'PATCH',
    path: PATH,
    handle({ params, body }, workspace) {
      const jobId = jobIdOf(workspace, params);
      const changes = entriesOf(body);
      const others = (workspace.jobPermissions.get(String(jobId)) ?? []).filter(
        (kept) => !changes.some((change) => principalOf(change) === principalOf(kept)),
      );
      return set(workspace, jobId, [...others, ...changes]);
    },
  },
  {
    name: 'permissions/jobs/levels',
    method: 'GET',
    path: `${PATH}/permissionLevels`,
    handle({ params }, workspace) {
      jobIdOf(workspace, params);
      return {
        permission_levels: Object.entries(LEVELS).map(([level, description]) => ({
          permission_level: level,
          description,
        })),
      };
    },
  },
];

function jobIdOf(workspace: Workspace, params: Record<string, string>): number {
  const jobId = Number(params['job_id']);
  if (workspace.runs.kept.ofJob(jobId) === undefined) findJob(workspace, jobId);
  return jobId;
}

function entriesOf(body: unknown): Entry[] {
  const { access_control_list: entries } = parseBody(body, permissionsBody);
  const unknown = entries.find(({ permission_level: level }) => !Object.hasOwn(LEVELS, level));
  if (unknown !== undefined) throw invalidParameter(`Unknown permission level ${unknown.permission_level} of a job.`);
  return entries;
}

function set(workspace: Workspace, jobId: number, entries: Entry[]): object {
  workspace.jobPermissions.set(String(jobId), entries);
  return permissionsOf(workspace, jobId);
}

function permissionsOf({ jobPermissions: kept, identity }: Workspace, jobId: number): object {
  const given = kept.get(String(jobId)) ?? [];
  const hasOwner = given.some(({ permission_level: level }) => level === 'IS_OWNER');
  const all: Entry[] = hasOwner ? given : [{ user_name: identity.userName, permission_level: 'IS_OWNER' }, ...given];
  return {
    object_id: `/jobs/${jobId}`,
    object_type: 'job',
    access_control_list: all.map(({ permission_level: level, ...principal }) =>
      Object.assign(principal, { all_permissions: [{ permission_level: level, inherited: false }] }),
    ),
  };
}

function principalOf({ user_name: user, group_name: group, service_principal_name: principal }: Entry): string {
  return `${user ?? ''} ${group ?? ''} ${principal ?? ''}`;
}
