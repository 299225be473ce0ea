import { doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { objectJson } from '../resources/workspace-object-json.ts';

/** What is in a folder. */
export const workspaceList: Operation = {
  name: 'workspace/list',
  method: 'GET',
  path: 'workspace/list',
  async handle({ query }, { files }) {
    const path = query.get('path') ?? '/';
    const objects = await files.list(path);
    if (objects.length > 0) return { objects: objects.map((object) => objectJson(object)) };
    const object = await files.find(path);
    if (object === undefined) throw doesNotExist(`Path (${path}) doesn't exist.`);
    return object.objectType !== 'DIRECTORY' ? { objects: [objectJson(object)] } : {};
  },
};
