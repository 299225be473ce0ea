import type { AppContext } from '../context.ts';
import type { RunDocument } from '../domain/run-document.ts';
import { parseJson, stringifyJson } from '../json.ts';
import { fittedDocument } from '../notify/fitted-document.ts';
import { resultChunks } from '../runs/results/run-result.ts';

/** What a model can make use of; a result document may have megabytes. */
const MAX_BYTES = 64 * 1024;
/** So much is read to be shortened. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
/** How long a text may be, where the whole does not fit. */
const TEXT_CHARS = [8_000, 1_000, 200];

/**
 * The result document of a completed run, in 64 KB at most: whole where it fits, else with its texts cut visibly, at last
 * without its outputs. One that is not whole says so in `result_truncated`; its link leads to the rest.
 * @throws {StorageUnavailableError}
 */
export async function boundedResult(
  { archive }: Pick<AppContext, 'archive'>,
  document: RunDocument,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const text = await readUpTo(MAX_READ_BYTES, resultChunks(archive, document, signal));
  return (text === undefined ? undefined : fittedResult(text)) ?? withoutOutputs(document);
}

/** A result document that is given as JSON, in 64 KB at most; undefined where no cutting of texts makes it fit. */
export function fittedResult(text: string): Record<string, unknown> | undefined {
  const result = parseJson(text) as Record<string, unknown>;
  if (isFit(text)) return result;
  return TEXT_CHARS.values()
    .map((maxChars): Record<string, unknown> => {
      const shorter = shortened(result, maxChars) as Record<string, unknown>;
      return Object.assign(shorter, { result_truncated: true });
    })
    .find((shorter) => isFit(stringifyJson(shorter)));
}

function withoutOutputs(document: RunDocument): Record<string, unknown> {
  return { ...fittedDocument(document, MAX_BYTES), result_truncated: true };
}

function isFit(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_BYTES;
}

async function readUpTo(maxBytes: number, chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    // A producer may fill the same memory again.
    read.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(read).toString('utf8');
}

/** With texts cut, and without `json`, which repeats the text beside it. */
function shortened(value: unknown, maxChars: number): unknown {
  if (typeof value === 'string') {
    if (value.length <= maxChars) return value;
    return `${value.slice(0, maxChars).toWellFormed()}… (${value.length - maxChars} more characters)`;
  }
  if (Array.isArray(value)) return value.map((item) => shortened(item, maxChars));
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'json');
  return Object.fromEntries(entries.map(([key, item]) => [key, shortened(item, maxChars)]));
}
