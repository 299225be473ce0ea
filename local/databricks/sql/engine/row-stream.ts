import {
  DuckDBTypeId,
  LIST,
  MAP,
  ResultReturnType,
  SQLNULL,
  STRUCT,
  type DuckDBDataChunk,
  type DuckDBResult,
  type DuckDBType,
} from '@duckdb/node-api';
import { RecordBatch, Struct, makeData, type DataType, type Schema } from 'apache-arrow';
import { arrowSchemaOf } from '../arrow/arrow-type.ts';
import { columnBuilder } from '../arrow/column-builder.ts';
import { columnTypeOf, yearMonthInterval, type Column, type ColumnType } from '../types/column-type.ts';
import { columnVector, stringLengths } from '../arrow/vector-memory.ts';

/** Rows appended at a time between two looks at how large the batch has become. */
const STEP_ROWS = 256;

/**
 * The rows of a streaming DuckDB result as Arrow record batches.
 * A stream in which a row fails ends as if it were complete: DuckDB then only marks the result as invalid.
 */
export class RowStream {
  readonly columns: Column[];
  readonly schema: Schema;
  readonly #result: DuckDBResult;
  readonly #types: DuckDBType[];
  readonly #arrowTypes: DataType[];
  readonly #waiting: DuckDBDataChunk[] = [];
  #startRow = 0;
  #isComplete = false;

  private constructor(result: DuckDBResult, first: DuckDBDataChunk | undefined, columns: Column[] | undefined) {
    this.#result = result;
    this.#types = result.columnTypes().map((type, index) => readAs(type, columns?.[index]?.type));
    if (first !== undefined) this.#waiting.push(first);
    else this.#isComplete = true;
    this.columns =
      columns ??
      this.#types.map((type, index) => ({
        name: result.columnName(index),
        type: hasMonths(first, index, type) ? yearMonthInterval : columnTypeOf(type),
      }));
    this.schema = arrowSchemaOf(this.columns);
    this.#arrowTypes = this.schema.fields.map((field) => field.type as DataType);
  }

  /** @throws {@link BrokenStreamError} when the first rows failed */
  static async open(result: DuckDBResult, columns?: Column[]): Promise<RowStream> {
    return new RowStream(result, await nextChunk(result), columns);
  }

  /** Whether every row has been handed out. */
  get isDone(): boolean {
    return this.#isComplete && this.#waiting.length === 0;
  }

  /**
   * Reads rows ahead: at least `rows` if there are so many, fewer when they are long.
   * @throws {@link BrokenStreamError} when a row failed
   */
  async readAhead(rows: number, maxBytes: number): Promise<void> {
    const wanted = Math.min(rows, maxBytes / this.#textBytesPerRow());
    let ahead = this.#waiting.reduce((total, chunk) => total + chunk.rowCount, -this.#startRow);
    while (!this.#isComplete && ahead < wanted) ahead += await this.#pull();
  }

  /** The texts of a row, on average over the first rows. */
  #textBytesPerRow(): number {
    const [chunk] = this.#waiting;
    if (chunk === undefined) return 1;
    const isText = ({ typeId }: DuckDBType) => typeId === DuckDBTypeId.VARCHAR || typeId === DuckDBTypeId.BLOB;
    const lengths = this.#types.map((type, index) =>
      isText(type)
        ? stringLengths({ vector: columnVector(chunk, index), type, start: 0, count: chunk.rowCount }).total
        : 0,
    );
    return Math.max(1, lengths.reduce((total, length) => total + length, 0) / chunk.rowCount);
  }

  /**
   * The next rows: at most `maxRows`, fewer when they are large. `isDone` says afterwards whether there are more.
   * @throws {@link BrokenStreamError} when a row failed
   */
  async next(maxRows: number, maxBytes: number): Promise<RecordBatch> {
    const builders = this.#types.map((type, index) => columnBuilder(type, this.#arrowTypes[index] as DataType));
    let length = 0;
    while (length < maxRows) {
      if (this.#waiting.length === 0 && (this.#isComplete || (await this.#pull()) === 0)) break;
      const chunk = this.#waiting[0] as DuckDBDataChunk;
      const count = Math.min(STEP_ROWS, chunk.rowCount - this.#startRow, maxRows - length);
      for (const [index, builder] of builders.entries()) {
        const type = this.#types[index] as DuckDBType;
        builder.append({ vector: columnVector(chunk, index), type, start: this.#startRow, count });
      }
      length += count;
      this.#startRow += count;
      if (this.#startRow >= chunk.rowCount) {
        this.#waiting.shift();
        this.#startRow = 0;
      }
      if (builders.reduce((total, builder) => total + builder.byteLength, 0) >= maxBytes) break;
    }
    // What follows the last row decides whether there is a last row at all.
    if (this.#waiting.length === 0 && !this.#isComplete) await this.#pull();
    const children = builders.map((builder) => builder.finish());
    const data = makeData({ type: new Struct(this.schema.fields), length, nullCount: 0, children });
    return new RecordBatch(this.schema, data);
  }

  async #pull(): Promise<number> {
    const chunk = await nextChunk(this.#result);
    if (chunk !== undefined) this.#waiting.push(chunk);
    else this.#isComplete = true;
    return chunk?.rowCount ?? 0;
  }
}

/** The stream broke at a failing row; DuckDB does not say here which or why. */
export class BrokenStreamError extends Error {
  override readonly name = 'BrokenStreamError';
}

async function nextChunk(result: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await result.fetchChunk();
  if (result.returnType === ResultReturnType.INVALID) throw new BrokenStreamError('The result ended at a failing row.');
  return chunk !== null && chunk.rowCount > 0 ? chunk : undefined;
}

/** The DuckDB type as which values are read: what Databricks knows as NULL and nothing else is read as nothing. */
function readAs(type: DuckDBType, known: ColumnType | undefined): DuckDBType {
  if (known === undefined) return type;
  if (known.kind === 'void') return SQLNULL;
  if (known.kind === 'array' && type.typeId === DuckDBTypeId.LIST) return LIST(readAs(type.valueType, known.element));
  if (known.kind === 'map' && type.typeId === DuckDBTypeId.MAP)
    return MAP(readAs(type.keyType, known.key), readAs(type.valueType, known.value));
  if (known.kind !== 'struct' || type.typeId !== DuckDBTypeId.STRUCT) return type;
  const entries = type.entryTypes.map((entry, index): [string, DuckDBType] => [
    type.entryNames[index] ?? '',
    readAs(entry, known.fields[index]?.type),
  ]);
  return STRUCT(Object.fromEntries(entries));
}

function hasMonths(chunk: DuckDBDataChunk | undefined, index: number, type: DuckDBType): boolean {
  if (chunk === undefined || String(type) !== 'INTERVAL') return false;
  return chunk.getColumnValues(index).some((value) => ((value as { months?: number } | null)?.months ?? 0) !== 0);
}
