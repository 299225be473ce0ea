import { ApiError } from '../api-error.ts';
import { importedFile } from '../import-file.ts';
import { flagOfQuery, type Operation } from '../operation.ts';

/** The upload of bundles and of the SDKs' file clients: the body is the file. */
export const workspaceFilesImportFile: Operation = {
  name: 'workspace-files/import-file',
  method: 'POST',
  path: 'workspace-files/import-file/{path+}',
  takesRawBody: true,
  async handle({ params, query, body }, { files, clock }) {
    const target = `/${decodeURIComponent(params['path'] ?? '').replace(/^\/+/, '')}`;
    const { path, kind, content } = importedFile(target, body as Buffer);
    const found = await files.find(path);
    if (found && (found.objectType === 'DIRECTORY' || !flagOfQuery(query, 'overwrite')))
      throw new ApiError(409, 'ALREADY_EXISTS', `Node named '${path}' already exists.`);
    await files.write(path, kind, content, clock.now());
    return {};
  },
};
