import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { CALLER_KINDS } from '../domain/caller.ts';
import type { RunKey, RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';

/** The table of the runs. */
export const RUN_TABLE = 'gatewayruns';

/** All rows of the ledger share a partition, so that a run and its pointer are written in one transaction. */
export const PARTITION = 'run';

/** A binary property holds at most 64 KiB; a row at most 1 MiB, of which the other columns take the rest. */
const CHUNK_BYTES = 60_000;
const MAX_CHUNKS = 15;

/** A record that no row can hold, even compressed: nothing of it has been written. */
class RunTooLargeError extends AppError {
  override readonly name = 'RunTooLargeError';
  constructor(id: string, bytes: number) {
    const message = `The record of the run ${id} takes ${bytes} bytes, and a row holds ${CHUNK_BYTES * MAX_CHUNKS}.`;
    super(message, { code: 'RUN_TOO_LARGE', retryable: false });
  }
}

/** Rows sort ascending by key, so newer runs get smaller keys. */
export function recordKey({ id, createdAtMs }: RunKey): string {
  return `r:${reverseTime(createdAtMs)}:${id}`;
}

/** The row that says when a run was accepted, and with what body: the claim on its id. */
export function pointerKey(id: string): string {
  return `i:${id}`;
}

/** The row that finds a run by its Databricks run. */
export function databricksKey(workspace: string, runId: string): string {
  return `d:${workspace}:${runId}`;
}

/** The key range of the records that were accepted in a span of time, as `[from, to)` of row keys. */
export function recordRange(afterMs: number | undefined, beforeMs: number | undefined): [string, string] {
  return [
    beforeMs === undefined ? 'r:' : `r:${reverseTime(beforeMs - 1)}`,
    afterMs === undefined ? 'r;' : `r:${reverseTime(afterMs - 1)}`,
  ];
}

/** The column that a label has, and what is in it: digests, since keys and values may be any text. */
export function labelColumn(key: string, value: string): [column: string, content: string] {
  return [`label_${digest(key)}`, digest(value)];
}

/**
 * The columns of a record: some to filter by, and the record itself as compressed JSON in chunks. A thousand tasks take
 * less than a tenth of what a row holds.
 * @throws {RunTooLargeError}
 */
export function recordColumns(record: RunRecord): Record<string, string | Uint8Array> {
  const bytes = deflateRawSync(JSON.stringify(record));
  const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
  if (chunks > MAX_CHUNKS) throw new RunTooLargeError(record.id, bytes.length);
  const columns: Record<string, string | Uint8Array> = {
    status: record.status,
    outcome: record.outcome ?? '',
    ...visibilityColumns(record),
    source: record.source,
    runId: record.runId ?? '',
    chunks: String(chunks),
    ...Object.fromEntries(Object.entries(record.request.labels).map(([key, value]) => labelColumn(key, value))),
  };
  // Chunks that a longer record has left behind stay, and are not counted.
  for (let chunk = 0; chunk < chunks; chunk++) {
    columns[`record${chunk}`] = bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
  }
  return columns;
}

/** The columns that decide who may see a run. */
export function visibilityColumns({ request: { workspace }, submittedBy }: RunRecord): Record<string, string> {
  return { workspace, submittedBy: submittedBy.id, submitterKind: submittedBy.kind };
}

/** What {@link visibilityColumns} has written. */
export const visibilityRow = z.looseObject({
  workspace: z.string(),
  submittedBy: z.string(),
  submitterKind: z.enum(CALLER_KINDS),
});

const row = z.looseObject({ chunks: z.string(), cancelRequestedAtMs: z.string() });

/** Reads a record back from its row. @throws {Error} for a row that {@link recordColumns} has not written. */
export function parseRow(entity: unknown): { record: RunRecord; cancelRequestedAtMs: number | null } {
  const { chunks, cancelRequestedAtMs, ...columns } = row.parse(entity);
  const parts = Array.from({ length: Number(chunks) }, (_, chunk) => columns[`record${chunk}`] as Uint8Array);
  return {
    record: JSON.parse(inflateRawSync(Buffer.concat(parts)).toString()) as RunRecord,
    cancelRequestedAtMs: cancelRequestedAtMs === '' ? null : Number(cancelRequestedAtMs),
  };
}

const LATEST_MS = 9_999_999_999_999;

/** Later times give smaller texts, so that the latest comes first. */
export function reverseTime(epochMs: number): string {
  const reversed = Math.min(Math.max(LATEST_MS - epochMs, 0), LATEST_MS);
  return String(reversed).padStart(13, '0');
}

/** The id of the run whose record has this key, and when the run was accepted. */
export function runKeyOf(recordKeyText: string): RunKey {
  const [, digits = '', id = ''] = /^r:(\d{13}):(.+)$/.exec(recordKeyText) ?? [];
  return { id, createdAtMs: LATEST_MS - Number(digits) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A column holds 64 KiB in UTF-16. */
const MAX_INLINE_BODY_CHARS = 30_000;

/**
 * A JSON body as a column holds it, undefined for one that is too large. The line breaks that JSON allows within
 * strings are escaped: a transaction is a multipart text, and a server that reads it line by line takes them for the
 * end of one. Azurite does, and responds with 500.
 */
export function inlineBody(json: string): string | undefined {
  const text = json.replaceAll(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  return text.length > MAX_INLINE_BODY_CHARS ? undefined : text;
}
