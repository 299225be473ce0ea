import { doesNotExist, invalidParameter } from '../api-error.ts';
import { Download } from '../download.ts';
import type { Operation } from '../operation.ts';
import { flagOfQuery } from '../request-parsing.ts';
import { jupyterOf } from '../python/jupyter-format.ts';

/** The source of a notebook or file, in base64 or as a download. */
export const workspaceExport: Operation = {
  name: 'workspace/export',
  method: 'GET',
  path: 'workspace/export',
  async handle({ query }, { files }) {
    const path = query.get('path') ?? '';
    const [object, content] = [await files.find(path), await files.content(path)];
    if (object === undefined || content === undefined) throw doesNotExist(`Path (${path}) doesn't exist.`);
    const format = query.get('format') ?? 'SOURCE';
    const isNotebook = object.objectType === 'NOTEBOOK';
    const exported = exportOf(format, isNotebook, content, object.path);
    if (flagOfQuery(query, 'direct_download')) return new Download(exported);
    const fileType = isNotebook ? (format === 'JUPYTER' ? 'ipynb' : 'py') : /\.(\w+)$/.exec(object.path)?.[1];
    return { content: exported.toString('base64'), ...(fileType === undefined ? {} : { file_type: fileType }) };
  },
};

function exportOf(format: string, isNotebook: boolean, content: Buffer, path: string): Buffer {
  if (format === 'JUPYTER' && isNotebook)
    return Buffer.from(jupyterOf(content.toString('utf8'), path.slice(path.lastIndexOf('/') + 1)));
  if (format === 'SOURCE' || format === 'AUTO') return content;
  throw invalidParameter(`The emulator exports SOURCE, JUPYTER (of notebooks) and AUTO, not ${format}.`);
}
