import { doesNotExist } from '../api-error.ts';
import type { Operation } from '../operation.ts';

export const workspaceExport: Operation = {
  name: 'workspace/export',
  method: 'GET',
  path: 'workspace/export',
  async handle({ query }, { files }) {
    const path = query.get('path') ?? '';
    const source = await files.read(path);
    if (source === undefined) throw doesNotExist(`Path (${path}) doesn't exist.`);
    return { content: Buffer.from(source).toString('base64'), file_type: 'py' };
  },
};
