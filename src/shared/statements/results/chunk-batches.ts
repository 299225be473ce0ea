import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  Schema,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { ResultFiles } from '../../sql/result-files.ts';
import { InexactResultError, WarehouseFailedError } from '../../sql/sql-error.ts';
import type { Column } from '../../sql/warehouse/columns.ts';
import { decodeSchema, encodeSchema, splitMessages } from '../../sql/warehouse/ipc.ts';
import { batchOfMessage, type ResultBatch } from '../../sql/warehouse/result-batch.ts';
import { textColumns } from '../../sql/warehouse/text-columns.ts';
import type {
  ManifestColumn,
  StatementExecutionApi,
  StatementManifest,
} from '../../databricks/statement-execution-api.ts';

/** The columns that a manifest names. */
export function manifestColumns({ schema }: StatementManifest): Column[] {
  return schema.columns.map(({ name, type_text }) => ({
    name,
    type: type_text.toUpperCase().startsWith('STRUCT') ? type_text : type_text.toUpperCase(),
    nullable: true,
  }));
}

/** The Arrow streams of a finished statement's chunks, each fetched when it is wanted: one at a time is in memory. */
export async function* chunkStreams(
  api: StatementExecutionApi,
  files: ResultFiles,
  statementId: string,
  { total_chunk_count }: StatementManifest,
): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < total_chunk_count; index++) {
    for (let part = 0, parts = 1; part < parts; part++) {
      // Links last for minutes, an export may take longer: each is asked for when its turn comes.
      const links = await api.links(statementId, index);
      parts = links.length;
      const link = links[part];
      if (link !== undefined) yield await files.read(link.link, { announcedBytes: link.byteCount });
    }
  }
}

/** The rows of a result, chunk by chunk. */
export interface ChunkBatches {
  readonly schemaMessage: Uint8Array;
  readonly batches: AsyncGenerator<ResultBatch>;
}

/**
 * The batches of Arrow streams that share a schema; its own for a result without chunks, made from the manifest.
 * @throws {WarehouseFailedError} where the rows have other columns than the manifest, {@link InexactResultError} where
 * timestamps are text in a time zone that is not named
 */
export async function openChunks(
  streams: AsyncGenerator<Uint8Array>,
  manifest: StatementManifest,
  columns: readonly Column[],
): Promise<ChunkBatches> {
  const first = await streams.next();
  const messages = first.done === true ? [] : [...splitMessages(first.value)];
  const schemaMessage = messages.find(({ kind }) => kind === 'schema')?.bytes ?? encodeSchema(manifestSchema(manifest));
  const schema = decodeSchema(schemaMessage);
  if (schema.fields.length !== columns.length)
    throw new WarehouseFailedError('The rows have other columns than announced.');
  if (textColumns(schema, columns)?.needsUtc === true)
    throw new InexactResultError('TIMESTAMP comes as text without its zone.');
  return { schemaMessage, batches: batchesOf(first.done === true ? undefined : first.value, streams, schemaMessage) };
}

async function* batchesOf(
  first: Uint8Array | undefined,
  rest: AsyncGenerator<Uint8Array>,
  schemaMessage: Uint8Array,
): AsyncGenerator<ResultBatch> {
  for (let bytes = first; bytes !== undefined;) {
    const preamble = [schemaMessage];
    for (const message of splitMessages(bytes)) {
      if (message.kind === 'other') preamble.push(message.bytes);
      if (message.kind === 'record_batch') yield batchOfMessage(preamble, message.bytes, message.rowCount);
    }
    const next = await rest.next();
    bytes = next.done === true ? undefined : next.value;
  }
}

const ARROW_TYPES: Readonly<Record<string, (column: ManifestColumn) => DataType>> = {
  BOOLEAN: () => new Bool(),
  BYTE: () => new Int8(),
  SHORT: () => new Int16(),
  INT: () => new Int32(),
  LONG: () => new Int64(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  DATE: () => new DateDay(),
  TIMESTAMP: () => new TimestampMicrosecond('Etc/UTC'),
  TIMESTAMP_NTZ: () => new TimestampMicrosecond(),
  BINARY: () => new Binary(),
  DECIMAL: ({ type_precision, type_scale }) => new Decimal(type_scale ?? 0, type_precision ?? 10, 128),
};

function manifestSchema({ schema }: StatementManifest): Schema {
  return new Schema(
    schema.columns.map((column) => new Field(column.name, ARROW_TYPES[column.type_name]?.(column) ?? new Utf8(), true)),
  );
}
