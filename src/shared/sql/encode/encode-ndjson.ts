import type { Column } from '../warehouse/columns.ts';
import { encodeRows } from './encode-rows.ts';
import type { Encoder } from './encoder.ts';
import { jsonWriter, type JsonOptions } from './json-value.ts';
import { uniqueNames } from './names.ts';
import { type RowFormat, writersOf } from './row-format.ts';
import type { WriteValue } from './values.ts';

/** Writes one JSON object a line; a repeated column name gets `_2`, `_3`. */
export const encodeNdjson: Encoder = ({ columns, batches, numbers }, limits) =>
  encodeRows(batches, ndjsonFormat(columns, { numbers }), limits, { truncates: false });

/** A row of NDJSON. */
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
