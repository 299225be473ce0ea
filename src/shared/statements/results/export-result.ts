import { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import { storageCall } from '../../storage/storage.ts';
import type { RowTotals } from '../../sql/encode/encoder.ts';
import { encoderOf } from '../../sql/encode/encoder-of.ts';
import { contentTypeOf } from '../../sql/formats.ts';
import type { ResultFiles } from '../../sql/result-files.ts';
import { WarehouseFailedError } from '../../sql/sql-error.ts';
import type { Column } from '../../sql/warehouse/columns.ts';
import { chunkStreams, manifestColumns, openChunks, type ChunkBatches } from './chunk-batches.ts';
import type { StatementExecutionApi, StatementManifest } from '../../databricks/statement-execution-api.ts';
import type { StatementRecord, StatementResultFile } from '../record/statement-record.ts';
import type { StatementStore } from '../record/statement-store.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;
const CONCURRENT_BLOCKS = 2;

/**
 * Writes a finished statement's rows to its blob, block by block: a chunk and a few blocks are in memory, however large
 * the result. Done again, it replaces what it wrote.
 * @throws {WarehouseFailedError} where rows are missing, besides what
 * the API and the storage throw
 */
export async function exportResult(
  record: StatementRecord,
  manifest: StatementManifest,
  { api, files, store }: { api: StatementExecutionApi; files: ResultFiles; store: StatementStore },
): Promise<StatementResultFile> {
  const columns = manifestColumns(manifest);
  const chunks = await openChunks(chunkStreams(api, files, record.statementId ?? '', manifest), manifest, columns);
  const contentType = contentTypeOf(record.format);
  const blobName = `${record.id}/result.${record.format}`;
  const blob = await store.resultBlob(blobName);
  const body = counted(encode(record, columns, chunks));
  await storageCall(() =>
    blob.uploadStream(Readable.from(body.chunks, { objectMode: false }), BLOCK_BYTES, CONCURRENT_BLOCKS, {
      blobHTTPHeaders: {
        blobContentType: contentType,
        blobContentDisposition: `attachment; filename="${record.id}.${record.format}"`,
      },
    }),
  );
  const { rowCount, truncated, byteCount } = body.totals();
  if (!truncated && rowCount !== manifest.total_row_count) {
    throw new WarehouseFailedError(`The warehouse announced ${manifest.total_row_count} rows and sent ${rowCount}.`);
  }
  return { blobName, contentType, byteCount, rowCount, truncated: truncated || manifest.truncated, columns };
}

/** The warehouse counts the bytes of a limit its own way, so it holds for what is written as well. */
function encode(
  { format, numbers, byteLimit, statementId }: StatementRecord,
  columns: readonly Column[],
  { schemaMessage, batches }: ChunkBatches,
): AsyncGenerator<Uint8Array, RowTotals> {
  const limits = {
    rows: { max: Infinity, givenByCaller: false },
    bytes: { max: byteLimit ?? Infinity, givenByCaller: true },
  };
  return encoderOf(format)({ columns, schemaMessage, batches, numbers, statementId: statementId ?? '' }, limits);
}

/** The chunks, and what they held once the last one is read. */
function counted(chunks: AsyncGenerator<Uint8Array, RowTotals>): {
  chunks: AsyncGenerator<Uint8Array>;
  totals: () => RowTotals & { byteCount: number };
} {
  let byteCount = 0;
  let totals: RowTotals = { rowCount: 0, truncated: false };
  const read = () =>
    chunks.next().catch((error: unknown) => {
      throw error instanceof AppError ? error : new WarehouseFailedError('The rows make no sense.', error);
    });
  const counting = async function* () {
    for (let next = await read(); ; next = await read()) {
      if (next.done === true) {
        totals = next.value;
        return;
      }
      byteCount += next.value.length;
      yield next.value;
    }
  };
  return { chunks: counting(), totals: () => ({ ...totals, byteCount }) };
}
