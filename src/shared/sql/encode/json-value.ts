import { type Data, DataType } from 'apache-arrow';
import { ByteWriter } from './byte-writer.ts';
import { uniqueNames } from './names.ts';
import { valueWriter, type ValueWriter, type WriteValue } from './values.ts';

/** How values are written in JSON. */
export interface JsonOptions {
  /** `native`: BIGINT and DECIMAL as JSON numbers with all their digits; `string`: as JSON strings. */
  numbers: 'string' | 'native';
}

const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * Writes a column's values as JSON: scalars as the contract's text, ARRAY as an array, MAP and STRUCT as objects, null
 * as `null`.
 */
export function jsonWriter(data: Data, options: JsonOptions): WriteValue {
  const scalar = valueWriter(data);
  const write = scalar === undefined ? nestedWriter(data, options) : scalarWriter(data, scalar, options);
  const { nullBitmap, offset, nullCount } = data;
  if (DataType.isNull(data.type)) return (out) => out.ascii('null');
  if (nullCount === 0 || nullBitmap === undefined || nullBitmap.length === 0) return write;
  return (out, row) => {
    const at = offset + row;
    if (((nullBitmap[at >> 3] as number) >> (at & 7)) & 1) write(out, row);
    else out.ascii('null');
  };
}

function scalarWriter(data: Data, { form, write }: ValueWriter, { numbers }: JsonOptions): WriteValue {
  if (form === 'boolean' || (form === 'exact' && numbers === 'native')) return write;
  if (form === 'number') return floatAware(data, write);
  if (form === 'text' || form === 'exact') return quoted(write);
  return DataType.isUtf8(data.type) || DataType.isLargeUtf8(data.type) ? stringWriter(data) : viaText(write);
}

/** JSON has no NaN and no infinities: they are written as strings. */
function floatAware(data: Data, write: WriteValue): WriteValue {
  if (!DataType.isFloat(data.type)) return write;
  const values = data.values as Float64Array;
  const inString = quoted(write);
  return (out, row) => (Number.isFinite(values[row]) ? write(out, row) : inString(out, row));
}

function quoted(write: WriteValue): WriteValue {
  return (out, row) => {
    out.byte(QUOTE);
    write(out, row);
    out.byte(QUOTE);
  };
}

function stringWriter(data: Data): WriteValue {
  const values = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  return (out, row) => {
    out.byte(QUOTE);
    out.jsonString(values, Number(offsets[row]), Number(offsets[row + 1]));
    out.byte(QUOTE);
  };
}

/** For text that may need escapes. */
function viaText(write: WriteValue): WriteValue {
  const scratch = new ByteWriter(1024);
  return (out, row) => {
    scratch.length = 0;
    write(scratch, row);
    const { buffer, length } = scratch;
    out.byte(QUOTE);
    out.jsonString(buffer, 0, length);
    out.byte(QUOTE);
  };
}

function nestedWriter(data: Data, options: JsonOptions): WriteValue {
  if (DataType.isStruct(data.type)) return structWriter(data, options);
  const child = data.children[0] as Data;
  if (DataType.isMap(data.type)) return mapWriter(data, child, options);
  const element = jsonWriter(child, options);
  const fixed = DataType.isFixedSizeList(data.type) ? data.type.listSize : undefined;
  const offsets = data.valueOffsets as Int32Array;
  return (out, row) => {
    const from = fixed === undefined ? (offsets[row] as number) : (data.offset + row) * fixed;
    const to = fixed === undefined ? (offsets[row + 1] as number) : from + fixed;
    out.byte(0x5b);
    for (let index = from; index < to; index++) {
      if (index > from) out.byte(COMMA);
      element(out, index);
    }
    out.byte(0x5d);
  };
}

function structWriter(data: Data, options: JsonOptions): WriteValue {
  const { type } = data as Data & { type: { children: { name: string }[] } };
  const names = uniqueNames(type.children.map((field) => field.name));
  const keys = names.map((name, index) => Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`));
  const fields = data.children.map((child) => jsonWriter(child, options));
  return (out, row) => {
    out.byte(0x7b);
    for (let index = 0; index < fields.length; index++) {
      out.bytes(keys[index] as Buffer);
      (fields[index] as WriteValue)(out, row);
    }
    out.byte(0x7d);
  };
}

function mapWriter(data: Data, entries: Data, options: JsonOptions): WriteValue {
  const [keyData, valueData] = entries.children as [Data, Data];
  const key = keyWriter(keyData, options);
  const value = jsonWriter(valueData, options);
  const offsets = data.valueOffsets as Int32Array;
  return (out, row) => {
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    out.byte(0x7b);
    for (let index = from; index < to; index++) {
      if (index > from) out.byte(COMMA);
      key(out, index);
      out.byte(0x3a);
      value(out, index);
    }
    out.byte(0x7d);
  };
}

/** A key of a JSON object is a string: a number is written as one, a nested key as its JSON text. */
function keyWriter(data: Data, options: JsonOptions): WriteValue {
  const scalar = valueWriter(data);
  if (scalar === undefined) return viaText(jsonWriter(data, options));
  return scalar.form === 'utf8' ? viaText(scalar.write) : quoted(scalar.write);
}
