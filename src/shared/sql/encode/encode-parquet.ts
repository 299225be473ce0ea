import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Schema } from 'apache-arrow';
import type * as Parquet from 'parquet-wasm/esm';
import { decodeSchema, encodeSchema, END_OF_STREAM } from '../warehouse/ipc.ts';
import type { ResultBatch } from '../warehouse/result-batch.ts';
import { uniqueNames } from './names.ts';
import type { Encoder } from './encoder.ts';

/** Rows that a reader has to take at once, and the writer keeps in memory. */
const ROW_GROUP_ROWS = 100_000;

let loading: Promise<typeof Parquet> | undefined;

/**
 * Writes a Parquet file (Snappy), row group by row group; a repeated column name gets `_2`, `_3`. Knows no limits: the
 * size of a file is known only when it is written.
 */
export const encodeParquet: Encoder = async function* ({ schemaMessage, batches }) {
  const parquet = await (loading ??= loadParquet());
  const schema = withUniqueNames(schemaMessage);
  const properties = () =>
    new parquet.WriterPropertiesBuilder()
      .setCompression(parquet.Compression.SNAPPY)
      .setMaxRowGroupSize(ROW_GROUP_ROWS)
      .build();
  let rowCount = 0;
  const counted = async function* () {
    for await (const batch of batches) {
      rowCount += batch.rowCount;
      yield batch;
    }
  };
  const iterator = tables(parquet, schema, counted());
  const first = await iterator.next();
  if (first.done === true) {
    const empty = parquet.Table.fromIPCStream(Buffer.concat([schema, END_OF_STREAM]));
    yield parquet.writeParquet(empty, properties());
    return { rowCount, truncated: false };
  }
  const input = ReadableStream.from(
    (async function* () {
      yield* released(first.value);
      for await (const table of iterator) yield* released(table);
    })(),
  );
  yield* await parquet.transformParquetStream(input as never, properties());
  return { rowCount, truncated: false };
};

async function* tables(parquet: typeof Parquet, schema: Uint8Array, batches: AsyncIterable<ResultBatch>) {
  for await (const batch of batches) {
    if (batch.rowCount > 0) {
      yield parquet.Table.fromIPCStream(Buffer.concat([schema, batch.message(), END_OF_STREAM]));
    }
  }
}

/** The batches of a table; the table's own share of the WebAssembly memory is not left to the garbage collector. */
function released(table: Parquet.Table) {
  const batches = table.recordBatches();
  table.free();
  return batches;
}

/** Loads the writer at the first file: 5 MB of WebAssembly. */
async function loadParquet(): Promise<typeof Parquet> {
  const parquet = await import('parquet-wasm/esm');
  const wasm = await readFile(fileURLToPath(import.meta.resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')));
  parquet.initSync({ module: wasm });
  return parquet;
}

function withUniqueNames(schemaMessage: Uint8Array): Uint8Array {
  const schema = decodeSchema(schemaMessage);
  const names = schema.fields.map(({ name }) => name);
  const unique = uniqueNames(names);
  if (unique.every((name, index) => name === names[index])) return schemaMessage;
  return encodeSchema(
    new Schema(
      schema.fields.map((field, index) => field.clone({ name: unique[index] ?? field.name })),
      schema.metadata,
    ),
  );
}
