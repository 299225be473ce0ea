import type { Column } from '../warehouse/columns.ts';
import { encodeRows } from './encode-rows.ts';
import type { Encoder } from './encoder.ts';
import { jsonWriter, type JsonOptions } from './json-value.ts';
import { type RowFormat, writersOf } from './row-format.ts';
import type { WriteValue } from './values.ts';

const NEWLINE = 0x0a;
const COMMA = 0x2c;

/** Writes one JSON document: columns, rows as arrays, how many there are, and whether rows are missing. */
export const encodeJson: Encoder = ({ columns, batches, numbers, statementId }, limits) =>
  encodeRows(batches, jsonFormat(columns, { numbers }, statementId), limits, { truncates: true });

function jsonFormat(columns: readonly Column[], options: JsonOptions, statementId: string): RowFormat {
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
