import type { Data, RecordBatch } from 'apache-arrow';
import type { Column } from '../warehouse/columns.ts';
import type { ByteWriter } from './byte-writer.ts';
import { csvWriter } from './csv-value.ts';
import { jsonWriter, type JsonOptions } from './json-value.ts';
import { uniqueNames } from './names.ts';
import type { WriteValue } from './values.ts';

/** What is known once the last row is written. */
export interface RowTotals {
  rowCount: number;
  truncated: boolean;
}

/** A text format that is written row by row, straight from the columns of Arrow batches. */
export interface RowFormat {
  readonly begin: (out: ByteWriter) => void;
  /** The writer of a batch's rows; `isFirst` tells the result's first row, which no separator precedes. */
  readonly rowWriter: (batch: RecordBatch) => (out: ByteWriter, row: number, isFirst: boolean) => void;
  readonly end: (out: ByteWriter, totals: RowTotals) => void;
}

const NEWLINE = 0x0a;
const COMMA = 0x2c;

/** One JSON object a line; a repeated column name gets `_2`, `_3`. */
export function ndjsonFormat(columns: readonly Column[], options: JsonOptions): RowFormat {
  const names = uniqueNames(columns.map(({ name }) => name));
  const keys = names.map((name, index) => Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`));
  const close = Buffer.from(columns.length === 0 ? '{}\n' : '}\n');
  return {
    begin: () => undefined,
    rowWriter: (batch) => {
      const values = writersOf(batch, columns, (data) => jsonWriter(data, options));
      return (out, row) => {
        for (let index = 0; index < values.length; index++) {
          out.bytes(keys[index] as Buffer);
          (values[index] as WriteValue)(out, row);
        }
        out.bytes(close);
      };
    },
    end: () => undefined,
  };
}

/** RFC 4180 with a header line. */
export function csvFormat(columns: readonly Column[]): RowFormat {
  return {
    begin: (out) => {
      columns.forEach(({ name }, index) => {
        if (index > 0) out.byte(COMMA);
        const bytes = Buffer.from(name);
        out.csvField(bytes, 0, bytes.length);
      });
      if (columns.length > 0) out.ascii('\r\n');
    },
    rowWriter: (batch) => {
      const values = writersOf(batch, columns, csvWriter);
      return (out, row) => {
        for (let index = 0; index < values.length; index++) {
          if (index > 0) out.byte(COMMA);
          (values[index] as WriteValue)(out, row);
        }
        out.ascii('\r\n');
      };
    },
    end: () => undefined,
  };
}

/** One JSON document: columns, rows as arrays, and how many there are. */
export function jsonFormat(columns: readonly Column[], options: JsonOptions, statementId: string): RowFormat {
  const described = columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  return {
    begin: (out) => out.utf8(`{"columns":${JSON.stringify(described)},"rows":[`),
    rowWriter: (batch) => {
      const values = writersOf(batch, columns, (data) => jsonWriter(data, options));
      return (out, row, isFirst) => {
        if (!isFirst) out.ascii(',\n');
        out.byte(0x5b);
        for (let index = 0; index < values.length; index++) {
          if (index > 0) out.byte(COMMA);
          (values[index] as WriteValue)(out, row);
        }
        out.byte(0x5d);
      };
    },
    end: (out, { rowCount, truncated }) => {
      out.utf8(`],"row_count":${rowCount},"truncated":${truncated},"statement_id":${JSON.stringify(statementId)}}`);
      out.byte(NEWLINE);
    },
  };
}

function writersOf(batch: RecordBatch, columns: readonly Column[], writerOf: (data: Data) => WriteValue): WriteValue[] {
  // A manifest may name other columns than the batch has.
  if (batch.data.children.length !== columns.length) throw new RangeError('A batch has other columns than its result.');
  return batch.data.children.map((child) => writerOf(child));
}
