import { Readable } from 'node:stream';
import { storageCall } from '../../ledger/storage.ts';
import { encodeArrow } from '../encode/encode-arrow.ts';
import { encodeParquet } from '../encode/encode-parquet.ts';
import { encodeRows } from '../encode/encode-rows.ts';
import { csvFormat, ndjsonFormat } from '../encode/row-format.ts';
import { CONTENT_TYPES } from '../formats.ts';
import { WarehouseFailedError } from '../sql-error.ts';
import type { Column } from '../warehouse/columns.ts';
import type { ResultBatch } from '../warehouse/result-batch.ts';
import { chunkStreams, manifestColumns, openChunks, type ChunkBatches } from './chunk-batches.ts';
import type { StatementApi, StatementManifest } from './statement-api.ts';
import type { StatementFormat, StatementRecord, StatementResultFile } from './statement-record.ts';
import type { StatementStore } from './statement-store.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;
const CONCURRENT_BLOCKS = 2;
const NO_LIMITS = { rows: { max: Infinity, givenByCaller: false }, bytes: { max: Infinity, givenByCaller: false } };

/**
 * Writes a finished statement's rows to its blob, block by block: a chunk and a few blocks are in memory, however large
 * the result. Done again, it replaces what it wrote. Raises WarehouseFailedError where rows are missing, besides what
 * the API and the storage raise.
 */
export async function exportResult(
  record: StatementRecord,
  manifest: StatementManifest,
  { api, store }: { api: StatementApi; store: StatementStore },
): Promise<StatementResultFile> {
  const columns = manifestColumns(manifest);
  const chunks = await openChunks(chunkStreams(api, record.statementId ?? '', manifest), manifest);
  const counted = countRows(chunks.batches);
  const contentType = contentTypeOf(record.format);
  const blobName = `${record.id}/result.${record.format}`;
  const blob = await store.resultBlob(blobName);
  const body = countBytes(encode(record, columns, { ...chunks, batches: counted.batches }));
  await storageCall(() =>
    blob.uploadStream(Readable.from(body.chunks, { objectMode: false }), BLOCK_BYTES, CONCURRENT_BLOCKS, {
      blobHTTPHeaders: {
        blobContentType: contentType,
        blobContentDisposition: `attachment; filename="${record.id}.${record.format}"`,
      },
    }),
  );
  const rowCount = counted.total();
  if (rowCount !== manifest.total_row_count) {
    throw new WarehouseFailedError(`The warehouse announced ${manifest.total_row_count} rows and sent ${rowCount}.`);
  }
  return { blobName, contentType, byteCount: body.total(), rowCount, truncated: manifest.truncated, columns };
}

export function contentTypeOf(format: StatementFormat): string {
  return format === 'parquet' ? 'application/vnd.apache.parquet' : CONTENT_TYPES[format];
}

function encode(
  { format, numbers }: StatementRecord,
  columns: readonly Column[],
  { schemaMessage, batches }: ChunkBatches,
): AsyncGenerator<Uint8Array> {
  if (format === 'parquet') return encodeParquet(schemaMessage, batches);
  if (format === 'arrow') return encodeArrow(schemaMessage, batches, NO_LIMITS);
  const rows = format === 'csv' ? csvFormat(columns) : ndjsonFormat(columns, { numbers });
  return encodeRows(batches, rows, NO_LIMITS, { truncates: false });
}

function countRows(batches: AsyncGenerator<ResultBatch>): {
  batches: AsyncGenerator<ResultBatch>;
  total: () => number;
} {
  let rows = 0;
  const counting = async function* () {
    for await (const batch of batches) {
      rows += batch.rowCount;
      yield batch;
    }
  };
  return { batches: counting(), total: () => rows };
}

function countBytes(chunks: AsyncGenerator<Uint8Array>): { chunks: AsyncGenerator<Uint8Array>; total: () => number } {
  let bytes = 0;
  const counting = async function* () {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  return { chunks: counting(), total: () => bytes };
}
