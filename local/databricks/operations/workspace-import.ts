import { z } from 'zod';
import { ApiError, invalidParameter } from '../api-error.ts';
import { importedFile } from '../import-file.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { sourceOfJupyter } from '../python/jupyter-format.ts';
import type { FileKind } from '../workspace-files.ts';
import { flagSchema } from '../runs/settings.ts';
import { requireParent } from '../resources/workspace-path.ts';

const bodySchema = z.looseObject({
  path: z.string().startsWith('/'),
  format: z.string().default('SOURCE'),
  language: z.string().optional(),
  content: z.base64().default(''),
  overwrite: flagSchema.default(false),
});

type Imported = { path: string; kind: FileKind; content: Buffer };

/** Writes a notebook or file. */
export const workspaceImport: Operation = {
  name: 'workspace/import',
  method: 'POST',
  path: 'workspace/import',
  async handle({ body }, { files, clock }) {
    const request = parseBody(body, bodySchema);
    const { path, kind, content } = importOf(request);
    await requireParent(files, path);
    const found = await files.find(path);
    if (found !== undefined && (found.objectType === 'DIRECTORY' || !request.overwrite))
      throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Path (${path}) already exists.`);
    await files.write(path, kind, content, clock.now());
    return {};
  },
};

function importOf({ path, format, language, content }: z.output<typeof bodySchema>): Imported {
  const bytes = Buffer.from(content, 'base64');
  switch (format) {
    case 'SOURCE':
      if (language !== 'PYTHON')
        throw invalidParameter(`The emulator imports PYTHON only, not ${language ?? 'no language'}.`);
      return { path, kind: 'NOTEBOOK', content: bytes };
    case 'JUPYTER':
      return { path, kind: 'NOTEBOOK', content: Buffer.from(sourceOfJupyter(bytes.toString('utf8'))) };
    case 'AUTO':
      return importedFile(path, bytes);
    case 'RAW':
      return { path, kind: 'FILE', content: bytes };
    default:
      throw invalidParameter(`The emulator imports SOURCE, JUPYTER, AUTO and RAW, not ${format}.`);
  }
}
