import { z } from 'zod';
import { ApiError, invalidParameter } from '../api-error.ts';
import { parseBody, type Operation } from '../operation.ts';

const bodySchema = z.looseObject({
  path: z.string().startsWith('/'),
  format: z.string().default('SOURCE'),
  language: z.string().optional(),
  content: z.base64().default(''),
  overwrite: z.boolean().default(false),
});

export const workspaceImport: Operation = {
  name: 'workspace/import',
  method: 'POST',
  path: 'workspace/import',
  async handle({ body }, { files, clock }) {
    const { path, format, language, content, overwrite } = parseBody(body, bodySchema);
    if (!['SOURCE', 'AUTO', 'RAW'].includes(format))
      throw invalidParameter(`The emulator imports SOURCE only, not ${format}.`);
    if (format === 'SOURCE' && language !== 'PYTHON')
      throw invalidParameter(`The emulator imports PYTHON only, not ${language ?? 'no language'}.`);
    if (!overwrite && (await files.find(path)))
      throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
    await files.write(path, Buffer.from(content, 'base64').toString('utf8'), clock.now());
    return {};
  },
};
