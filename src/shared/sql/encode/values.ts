import { type Data, DataType, DateUnit, IntervalUnit, type Precision, TimeUnit, Vector } from 'apache-arrow';
import type { ByteWriter } from './byte-writer.ts';
import { writeDecimal, writeDouble, writeFloat, writeInt64, writeInteger } from './numbers.ts';
import { writeDate, writeDateTime, writeMicroseconds, writeNanoseconds } from './temporal.ts';

/** Writes the text of the value in a row that is not null. */
export type WriteValue = (out: ByteWriter, row: number) => void;

/** How the values of a column are written as text, before any quoting. */
export interface ValueWriter {
  /**
   * `number`: JSON takes the text as it is; `exact`: digits that a JSON number may lose; `text`: needs quotes but no
   * escapes; `utf8`: any text.
   */
  readonly form: 'number' | 'exact' | 'boolean' | 'text' | 'utf8';
  readonly write: WriteValue;
}

/** Two 32-bit halves of each 64-bit value: reading them needs no BigInt. */
export function halvesOf(values: ArrayBufferView): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
}

/**
 * The writer of one column of one batch, chosen by the column's Arrow type; `undefined` for nested types (see
 * `json-value.ts`).
 */
export function valueWriter(data: Data): ValueWriter | undefined {
  const type: DataType = data.type;
  const values = data.values as never;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return utf8Writer(data);
  if (DataType.isInt(type)) return integerWriter(data);
  if (DataType.isFloat(type)) return floatWriter(data, type.precision);
  if (DataType.isDecimal(type)) {
    const words = type.bitWidth >> 5;
    const parts = halvesOf(values);
    return { form: 'exact', write: (out, row) => writeDecimal(out, parts, row * words, words, type.scale) };
  }
  if (DataType.isBool(type)) return boolWriter(data);
  if (DataType.isDate(type)) return dateWriter(data, type.unit);
  if (DataType.isTimestamp(type)) return timestampWriter(data, type.unit, type.timezone ? 'Z' : '');
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    const offsets = data.valueOffsets as Int32Array | BigInt64Array;
    return base64Writer(values, (row) => Number(offsets[row]));
  }
  if (DataType.isFixedSizeBinary(type)) return base64Writer(values, (row) => row * type.byteWidth);
  if (DataType.isInterval(type)) return intervalWriter(data, type.unit);
  if (DataType.isDuration(type)) return durationWriter(data, type.unit);
  if (DataType.isList(type) || DataType.isStruct(type) || DataType.isMap(type) || DataType.isFixedSizeList(type))
    return undefined;
  // Types that Databricks does not send today (dictionaries, times of day, unions): the text Arrow gives them.
  const vector = new Vector([data]);
  return { form: 'utf8', write: (out, row) => out.utf8(String(vector.get(row))) };
}

function utf8Writer(data: Data): ValueWriter {
  const values = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  return { form: 'utf8', write: (out, row) => out.bytes(values, Number(offsets[row]), Number(offsets[row + 1])) };
}

function integerWriter(data: Data): ValueWriter {
  const values = data.values as Int32Array | BigInt64Array;
  if (!(values instanceof BigInt64Array) && !(values instanceof BigUint64Array)) {
    return { form: 'number', write: (out, row) => writeInteger(out, values[row] as number) };
  }
  if ((data.type as { isSigned?: boolean }).isSigned !== true) {
    return { form: 'exact', write: (out, row) => out.ascii(String(values[row])) };
  }
  const halves = halvesOf(values);
  return {
    form: 'exact',
    write: (out, row) => writeInt64(out, halves[2 * row] as number, halves[2 * row + 1] as number),
  };
}

function floatWriter(data: Data, precision: Precision): ValueWriter {
  const values = data.values as Float64Array;
  const write = [undefined, writeFloat, writeDouble][precision];
  if (write !== undefined) return { form: 'number', write: (out, row) => write(out, values[row] as number) };
  const vector = new Vector([data]);
  return { form: 'number', write: (out, row) => writeDouble(out, vector.get(row) as number) };
}

function boolWriter(data: Data): ValueWriter {
  const values = data.values as Uint8Array;
  const { offset } = data;
  return {
    form: 'boolean',
    write: (out, row) => {
      const at = offset + row;
      out.ascii(((values[at >> 3] as number) >> (at & 7)) & 1 ? 'true' : 'false');
    },
  };
}

function dateWriter(data: Data, unit: DateUnit): ValueWriter {
  const values = data.values as Int32Array;
  if (unit === DateUnit.DAY) return { form: 'text', write: (out, row) => writeDate(out, values[row] as number) };
  const millis = new BigInt64Array(values.buffer, values.byteOffset, values.byteLength >> 3);
  return { form: 'text', write: (out, row) => writeDate(out, Math.floor(Number(millis[row]) / 86_400_000)) };
}

function timestampWriter(data: Data, unit: TimeUnit, zone: string): ValueWriter {
  const values = data.values as BigInt64Array;
  const halves = halvesOf(values);
  const instant = instantWriter(values, halves, unit);
  return {
    form: 'text',
    write: (out, row) => {
      instant(out, row);
      if (zone !== '') out.ascii(zone);
    },
  };
}

function instantWriter(values: BigInt64Array, halves: Int32Array, unit: TimeUnit): WriteValue {
  if (unit === TimeUnit.MICROSECOND) {
    return (out, row) => writeMicroseconds(out, halves[2 * row] as number, halves[2 * row + 1] as number);
  }
  if (unit === TimeUnit.NANOSECOND) return (out, row) => writeNanoseconds(out, values[row] as bigint);
  const perSecond = unit === TimeUnit.MILLISECOND ? 1000 : 1;
  return (out, row) => {
    const value = Number(values[row]);
    const second = Math.floor(value / perSecond);
    writeDateTime(out, second, ((value - second * perSecond) * 1e6) / perSecond, 6);
  };
}

function base64Writer(values: Uint8Array, offsetOf: (row: number) => number): ValueWriter {
  return {
    form: 'text',
    write: (out, row) => {
      const from = offsetOf(row);
      const length = offsetOf(row + 1) - from;
      out.reserve(Math.ceil(length / 3) * 4);
      const text = Buffer.from(values.buffer, values.byteOffset + from, length).toString('base64');
      out.length += out.buffer.write(text, out.length, 'latin1');
    },
  };
}

/** Databricks' text of an interval of months: `1-2`, `-0-1`. */
function intervalWriter(data: Data, unit: IntervalUnit): ValueWriter {
  const values = data.values as Int32Array;
  if (unit === IntervalUnit.YEAR_MONTH) {
    return {
      form: 'text',
      write: (out, row) => {
        const months = Math.abs(values[row] as number);
        out.ascii(`${(values[row] as number) < 0 ? '-' : ''}${Math.trunc(months / 12)}-${months % 12}`);
      },
    };
  }
  const vector = new Vector([data]);
  return { form: 'utf8', write: (out, row) => out.utf8(String(vector.get(row))) };
}

const UNITS_PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** Databricks' text of an interval of days and seconds: `1 02:03:04.000000000`. */
function durationWriter(data: Data, unit: TimeUnit): ValueWriter {
  const values = data.values as BigInt64Array;
  const perSecond = UNITS_PER_SECOND[unit];
  return {
    form: 'text',
    write: (out, row) => {
      const value = values[row] as bigint;
      const magnitude = value < 0n ? -value : value;
      const seconds = magnitude / perSecond;
      const nanos = ((magnitude % perSecond) * 1_000_000_000n) / perSecond;
      const pad = (part: bigint) => String(part).padStart(2, '0');
      const clock = `${pad((seconds / 3600n) % 24n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}`;
      out.ascii(`${value < 0n ? '-' : ''}${seconds / 86_400n} ${clock}.${String(nanos).padStart(9, '0')}`);
    },
  };
}
