import { parseJson } from '../json.ts';
import { readBounded } from './read-bounded.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;

/**
 * Reads a small JSON document, in five seconds at most and without following redirects.
 * @throws {Error} nothing came in time, another status than 200 did, or what came is too long or not JSON
 */
export async function fetchJson(url: URL | string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new UnexpectedStatusError(response.status);
  }
  const bytes = await readBounded(response.body, MAX_BYTES);
  if (bytes === undefined) throw new Error(`The document is longer than ${MAX_BYTES} bytes.`);
  return parseJson(new TextDecoder().decode(bytes));
}

/** Another status than 200. */
export class UnexpectedStatusError extends Error {
  override readonly name = 'UnexpectedStatusError';
  readonly status: number;
  constructor(status: number) {
    super(`The status is ${status}.`);
    this.status = status;
  }
}
