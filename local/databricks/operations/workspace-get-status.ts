import { doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { objectJson } from '../resources/workspace-object-json.ts';

/** What is at a path. */
export const workspaceGetStatus: Operation = {
  name: 'workspace/get-status',
  method: 'GET',
  path: 'workspace/get-status',
  async handle({ query }, { files }) {
    const path = query.get('path') ?? '';
    const object = await files.find(path);
    if (object === undefined) throw doesNotExist(`Path (${path}) doesn't exist.`);
    return objectJson(object);
  },
};
