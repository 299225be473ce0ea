import { z } from 'zod';
import { ApiError, doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { flagSchema } from '../runs/settings.ts';

const bodySchema = z.looseObject({ path: z.string().startsWith('/'), recursive: flagSchema.default(false) });

/** Deletes an object; a folder that is not empty by `recursive` only. */
export const workspaceDelete: Operation = {
  name: 'workspace/delete',
  method: 'POST',
  path: 'workspace/delete',
  async handle({ body }, { files }) {
    const { path, recursive } = parseBody(body, bodySchema);
    const object = await files.find(path);
    if (object === undefined) throw doesNotExist(`Path (${path}) doesn't exist.`);
    if (object.objectType === 'DIRECTORY' && !recursive && (await files.list(path)).length > 0)
      throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
    await files.delete(path);
    return {};
  },
};
