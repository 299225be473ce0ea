import { send } from '../../api/gateway.ts';
import type { SqlRequest } from './query.ts';

/** What a result can be downloaded as, with the name of its file. */
export const DOWNLOADS = [
  { label: 'CSV', accept: 'text/csv', file: 'result.csv' },
  { label: 'NDJSON', accept: 'application/x-ndjson', file: 'result.ndjson' },
  { label: 'JSON', accept: 'application/json', file: 'result.json' },
  { label: 'Arrow', accept: 'application/vnd.apache.arrow.stream', file: 'result.arrows' },
] as const;

/**
 * Runs a statement once more and gives its result to the browser as a file: a link could not carry the credentials.
 * @throws {RequestError} where the gateway refuses it
 */
export async function download(request: SqlRequest, { accept, file }: (typeof DOWNLOADS)[number]): Promise<void> {
  const response = await send('sql', { method: 'POST', body: request, headers: { accept } });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}
