import { doesNotExist } from '../api-error.ts';
import { Download } from '../download.ts';
import type { Operation } from '../operation.ts';
import { workspacePathOf } from '../resources/workspace-path.ts';

/** How bundles read their state: the file as it is. Notebooks are not files here. */
export const workspaceFilesGet: Operation = {
  name: 'workspace-files/get',
  method: 'GET',
  path: 'workspace-files/{path+}',
  async handle({ params }, { files }) {
    const path = workspacePathOf(params['path']);
    const [object, content] = [await files.find(path), await files.content(path)];
    if (object?.objectType !== 'FILE' || content === undefined) throw doesNotExist(`File not found: ${path}`);
    return new Download(content);
  },
};
