import { clustersCatalog } from './operations/clusters-catalog.ts';
import { clustersDelete } from './operations/clusters-delete.ts';
import { clustersGet } from './operations/clusters-get.ts';
import { clustersList } from './operations/clusters-list.ts';
import { clustersStart } from './operations/clusters-start.ts';
import { jobPermissions } from './operations/job-permissions.ts';
import { jobsCreate } from './operations/jobs-create.ts';
import { jobsDelete } from './operations/jobs-delete.ts';
import { jobsGet } from './operations/jobs-get.ts';
import { jobsList } from './operations/jobs-list.ts';
import { jobsReset } from './operations/jobs-reset.ts';
import { jobsUpdate } from './operations/jobs-update.ts';
import {
  notificationDestinationsCreate,
  notificationDestinationsDelete,
  notificationDestinationsGet,
  notificationDestinationsList,
} from './operations/notification-destinations.ts';
import { runNow } from './operations/run-now.ts';
import { runsCancelAll } from './operations/runs-cancel-all.ts';
import { runsCancel } from './operations/runs-cancel.ts';
import { runsDelete } from './operations/runs-delete.ts';
import { runsExport } from './operations/runs-export.ts';
import { runsGetOutput } from './operations/runs-get-output.ts';
import { runsGet } from './operations/runs-get.ts';
import { runsList } from './operations/runs-list.ts';
import { runsRepair } from './operations/runs-repair.ts';
import { runsSubmit } from './operations/runs-submit.ts';
import { secretAcls } from './operations/secret-acls.ts';
import { secretsOperations } from './operations/secrets.ts';
import { scimMe } from './operations/scim-me.ts';
import { workspaceDelete } from './operations/workspace-delete.ts';
import { workspaceExport } from './operations/workspace-export.ts';
import { workspaceFilesGet } from './operations/workspace-files-get.ts';
import { workspaceFilesImportFile } from './operations/workspace-files-import-file.ts';
import { workspaceGetStatus } from './operations/workspace-get-status.ts';
import { workspaceImport } from './operations/workspace-import.ts';
import { workspaceList } from './operations/workspace-list.ts';
import { workspaceMkdirs } from './operations/workspace-mkdirs.ts';
import type { ApiVersion, Operation } from './operation.ts';

const operations: Operation[] = [
  runsSubmit,
  runsGet,
  runsGetOutput,
  runsList,
  runsCancel,
  runsCancelAll,
  runsDelete,
  runsExport,
  runsRepair,
  runNow,
  jobsCreate,
  jobsGet,
  jobsList,
  jobsDelete,
  jobsReset,
  jobsUpdate,
  clustersGet,
  clustersList,
  clustersStart,
  clustersDelete,
  ...clustersCatalog,
  workspaceImport,
  workspaceFilesImportFile,
  workspaceFilesGet,
  workspaceExport,
  workspaceGetStatus,
  workspaceList,
  workspaceMkdirs,
  workspaceDelete,
  notificationDestinationsCreate,
  notificationDestinationsList,
  notificationDestinationsGet,
  notificationDestinationsDelete,
  ...jobPermissions,
  ...secretsOperations,
  ...secretAcls,
  scimMe,
];

const API_PATH = /^\/api\/(2\.[012])\/(.+?)\/?$/;

const exact = new Map(operations.map((operation) => [`${operation.method} ${operation.path}`, operation]));
const patterns = operations
  .filter(({ path }) => path.includes('{'))
  .map((operation) => ({
    operation,
    pattern: new RegExp(
      `^${operation.path.replaceAll(/\{(\w+)\+\}/g, '(?<$1>.+)').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`,
    ),
  }));

export interface Match {
  operation: Operation;
  version: ApiVersion;
  params: Record<string, string>;
}

/** The operation that a method and a path ask for; the versions 2.0, 2.1 and 2.2 are served alike. */
export function matchOperation(method: string, pathname: string): Match | undefined {
  const [, version, path = ''] = API_PATH.exec(pathname) ?? [];
  if (version === undefined) return undefined;
  const operation = exact.get(`${method} ${path}`);
  if (operation !== undefined) return { operation, version: version as ApiVersion, params: {} };
  for (const { operation: candidate, pattern } of patterns) {
    const found = candidate.method === method ? pattern.exec(path) : null;
    if (found !== null) return { operation: candidate, version: version as ApiVersion, params: { ...found.groups } };
  }
  return undefined;
}
