import type { Column } from '../warehouse/columns.ts';
import { encodeRows } from './encode-rows.ts';
import type { Encoder } from './encoder.ts';
import { csvWriter } from './csv-value.ts';
import { type RowFormat, writersOf } from './row-format.ts';
import type { WriteValue } from './values.ts';

const COMMA = 0x2c;

/** Writes CSV (RFC 4180) with a header line. */
export const encodeCsv: Encoder = ({ columns, batches }, limits) =>
  encodeRows(batches, csvFormat(columns), limits, { truncates: false });

function csvFormat(columns: readonly Column[]): RowFormat {
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
