import { ApiError } from '../api-error.ts';
import { importedFile } from '../import-file.ts';
import type { Operation } from '../operation.ts';
import { flagOfQuery } from '../request-parsing.ts';
import { requireParent, workspacePathOf } from '../resources/workspace-path.ts';

/**
 * The upload of bundles and of the SDKs' file clients: the body is the file.
 * @see https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go for the statuses
 */
export const workspaceFilesImportFile: Operation = {
  name: 'workspace-files/import-file',
  method: 'POST',
  path: 'workspace-files/import-file/{path+}',
  takesRawBody: true,
  async handle({ params, query, body }, { files, clock }) {
    const { path, kind, content } = importedFile(workspacePathOf(params['path']), body as Buffer);
    await requireParent(files, path);
    const found = await files.find(path);
    if (found !== undefined && (found.objectType === 'DIRECTORY' || !flagOfQuery(query, 'overwrite')))
      throw found.objectType === 'NOTEBOOK'
        ? new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`)
        : new ApiError(409, 'ALREADY_EXISTS', `Node named '${path}' already exists.`);
    await files.write(path, kind, content, clock.now());
    return {};
  },
};
