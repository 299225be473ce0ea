import { z } from 'zod';
import { parseBody, type Operation } from '../operation.ts';

const bodySchema = z.looseObject({ path: z.string().startsWith('/') });

export const workspaceMkdirs: Operation = {
  name: 'workspace/mkdirs',
  method: 'POST',
  path: 'workspace/mkdirs',
  handle({ body }, { files }) {
    files.makeFolder(parseBody(body, bodySchema).path);
    return {};
  },
};
