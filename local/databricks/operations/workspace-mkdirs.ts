import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';

const bodySchema = z.looseObject({ path: z.string().startsWith('/') });

/** Makes a folder and those above it. */
export const workspaceMkdirs: Operation = {
  name: 'workspace/mkdirs',
  method: 'POST',
  path: 'workspace/mkdirs',
  async handle({ body }, { files }) {
    const { path } = parseBody(body, bodySchema);
    const found = await files.find(path);
    if (found !== undefined && found.objectType !== 'DIRECTORY')
      throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
    await files.makeFolder(path);
    return {};
  },
};
