import type { Schema } from 'apache-arrow';
import type { ResultFiles } from '../result-files.ts';
import { WarehouseFailedError } from '../sql-error.ts';
import { columnsOf } from './columns.ts';
import { recordBatchOf, recordBatchOfColumns, schemaOfColumns } from './column-vectors.ts';
import type { DriverOperation } from './driver-types.ts';
import {
  areExactInRows,
  describeResult,
  type DriverResult,
  type FetchedArrow,
  type WireSource,
} from './driver-results.ts';
import { decodeSchema, encodeSchema, splitMessages } from './ipc.ts';
import {
  batchOfMessage,
  batchOfRecords,
  type ResultBatch,
  type ResultShape,
  type ResultSource,
} from './result-batch.ts';
import { textColumns } from './text-columns.ts';

/** The result of a statement that has none. */
export const NO_RESULT: ResultSource = {
  ...shapeOf(schemaOfColumns([]), []),
  next: () => Promise.resolve(undefined),
};

/** What opening a result takes. */
export interface ResultContext {
  /** Makes certain that timestamps which come as text are in UTC, or throws; called where there are any. */
  readonly requireUtc: () => Promise<void>;
  readonly files: ResultFiles;
}

/** Opens the result of a finished operation; a statement without a result has no columns and no rows. */
export async function openResult(
  operation: DriverOperation,
  { requireUtc, files }: ResultContext,
): Promise<ResultSource> {
  const source = await openSource(operation, files);
  const text = textColumns(source.schema, source.columns);
  if (text === undefined) return source;
  if (text.needsUtc) await requireUtc();
  return {
    columns: source.columns,
    schema: text.schema,
    schemaMessage: encodeSchema(text.schema),
    next: async (maxRows) => {
      const page = await source.next(maxRows);
      return page?.map((batch) => batchOfRecords(text.convert(batch.recordBatch())));
    },
  };
}

async function openSource(operation: DriverOperation, files: ResultFiles): Promise<ResultSource> {
  const result = await describeResult(operation, files);
  if (result === undefined || result.thriftColumns.length === 0) {
    return NO_RESULT;
  }
  const { source, thriftColumns } = result;
  if (source.kind === 'arrow') return arrowSource(source.wire, result);
  const shape = shapeOf(schemaOfColumns(thriftColumns), thriftColumns);
  if (source.kind === 'columns') {
    return {
      ...shape,
      next: async (maxRows) => {
        if (!(await source.wire.hasMore())) return undefined;
        const page = await source.wire.fetchNext({ limit: maxRows });
        const batch = recordBatchOfColumns(shape.schema, page?.columns ?? []);
        return batch.numRows === 0 ? [] : [batchOfRecords(batch)];
      },
    };
  }
  return rowSource(operation, shape);
}

function shapeOf(schema: Schema, thriftColumns: DriverResult['thriftColumns'], message?: Uint8Array): ResultShape {
  return { schema, columns: columnsOf(schema, thriftColumns), schemaMessage: message ?? encodeSchema(schema) };
}

async function arrowSource(wire: WireSource<FetchedArrow>, result: DriverResult): Promise<ResultSource> {
  // Files behind links carry the schema themselves, and the metadata need not: then the first page has to be looked at.
  const pages: FetchedArrow[] = [];
  let message = result.arrowSchema;
  while (message === undefined && (await wire.hasMore())) {
    const page = await wire.fetchNext({ limit: 1 });
    if (page !== undefined) pages.push(page);
    message = page?.batches.map(schemaOf).find((found) => found !== undefined);
  }
  const [schemaMessage] = message === undefined ? [] : [...splitMessages(message)];
  const schema =
    schemaMessage === undefined ? schemaOfColumns(result.thriftColumns) : decodeSchema(schemaMessage.bytes);
  const shape = shapeOf(schema, result.thriftColumns, schemaMessage?.bytes);
  return {
    ...shape,
    next: async (maxRows) => {
      const waiting = pages.shift();
      if (waiting === undefined && !(await wire.hasMore())) return undefined;
      const page = waiting ?? (await wire.fetchNext({ limit: maxRows }));
      return page === undefined ? [] : batchesOfPage(page, shape.schemaMessage);
    },
  };
}

function schemaOf(bytes: Uint8Array): Uint8Array | undefined {
  for (const message of splitMessages(bytes)) if (message.kind === 'schema') return message.bytes;
  return undefined;
}

/**
 * The record batches of a page; of rows past `rowCount` (a file may hold more than its link is for) nothing is kept.
 */
function batchesOfPage({ batches, rowCount }: FetchedArrow, schemaMessage: Uint8Array): ResultBatch[] {
  const found: ResultBatch[] = [];
  const preamble = [schemaMessage];
  let missing = rowCount;
  for (const bytes of batches) {
    for (const message of splitMessages(bytes)) {
      if (message.kind === 'other') preamble.push(message.bytes);
      if (message.kind !== 'record_batch' || message.rowCount === 0 || missing === 0) continue;
      const whole = batchOfMessage(preamble, message.bytes, message.rowCount);
      const part = message.rowCount <= missing ? whole : batchOfRecords(whole.recordBatch().slice(0, missing));
      found.push(part);
      missing -= part.rowCount;
    }
  }
  if (missing > 0) throw new WarehouseFailedError(`The warehouse announced ${missing} rows more than it sent.`);
  return found;
}

/**
 * The driver's own rows: only where they are exact, because a result that looks right and is not is worse than none.
 */
function rowSource(operation: DriverOperation, shape: ResultShape): ResultSource {
  if (!areExactInRows(shape.columns)) {
    throw new WarehouseFailedError(
      'The SQL driver has changed inside, and its rows would not hold these columns exactly.',
    );
  }
  return {
    ...shape,
    next: async (maxRows) => {
      if (!(await operation.hasMoreRows())) return undefined;
      const rows = (await operation.fetchChunk({ maxRows, disableBuffering: true })) as Record<string, unknown>[];
      if (rows.length === 0) return [];
      const columns = shape.schema.fields.map((field) => rows.map((row) => row[field.name]));
      return [batchOfRecords(recordBatchOf(shape.schema, columns))];
    },
  };
}
