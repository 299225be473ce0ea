import { type Data, DataType } from 'apache-arrow';
import { ByteWriter } from './byte-writer.ts';
import { jsonWriter } from './json-value.ts';
import { valueWriter, type WriteValue } from './values.ts';

/** Writes a column's values as CSV fields: NULL is empty, the empty string `""`, nested values are JSON text. */
export function csvWriter(data: Data): WriteValue {
  if (DataType.isNull(data.type)) return () => undefined;
  const write = fieldWriter(data);
  const { nullBitmap, offset, nullCount } = data;
  if (nullCount === 0 || nullBitmap === undefined || nullBitmap.length === 0) return write;
  return (out, row) => {
    const at = offset + row;
    if (((nullBitmap[at >> 3] as number) >> (at & 7)) & 1) write(out, row);
  };
}

function fieldWriter(data: Data): WriteValue {
  const scalar = valueWriter(data);
  if (scalar === undefined) return escaped(jsonWriter(data, { numbers: 'string' }));
  if (scalar.form !== 'utf8' && !DataType.isBinary(data.type)) return scalar.write;
  if (DataType.isUtf8(data.type)) {
    const values = data.values as Uint8Array;
    const offsets = data.valueOffsets as Int32Array;
    return (out, row) => out.csvField(values, offsets[row] as number, offsets[row + 1] as number);
  }
  return escaped(scalar.write);
}

function escaped(write: WriteValue): WriteValue {
  const scratch = new ByteWriter(1024);
  return (out, row) => {
    scratch.length = 0;
    write(scratch, row);
    out.csvField(scratch.buffer, 0, scratch.length);
  };
}
