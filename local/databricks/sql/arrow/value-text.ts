import { Type, type Data } from 'apache-arrow';
import type { ColumnType } from '../types/column-type.ts';

/** Where a text goes: `spark` prints timestamps as a cast to STRING does, `iso` as the Statement Execution API does. */
export type TextStyle = 'spark' | 'iso';
/** Whether a row has a value; the rows of VOID have none, nor a bitmap that says so. */
export function isValid(data: Data, row: number): boolean {
  return data.type.typeId !== Type.Null && data.getValid(row);
}

/** A value of a row as text; null for NULL. */
export type ReadText = (row: number) => string | null;

/** Reads the values of a column as Databricks' text; null stays null. Arrays, maps and structs are JSON text. */
export function textReader(type: ColumnType, data: Data, style: TextStyle): ReadText {
  const read = validText(type, data, style);
  return (row) => (isValid(data, row) ? read(row) : null);
}

function validText(type: ColumnType, data: Data, style: TextStyle): (row: number) => string {
  const values = data.values as never;
  switch (type.kind) {
    case 'boolean': {
      const bits: Uint8Array = values;
      return (row) => (((bits[row >> 3] ?? 0) & (1 << (row & 7))) === 0 ? 'false' : 'true');
    }
    case 'float':
      return (row) => floatText((values as Float32Array)[row] ?? 0);
    case 'double':
      return (row) => doubleText((values as Float64Array)[row] ?? 0);
    case 'decimal':
      return (row) => decimalText(values, row, type.scale);
    case 'date':
      return (row) => dateText((values as Int32Array)[row] ?? 0);
    case 'timestamp':
    case 'timestamp_ntz':
      return (row) => timestampText((values as BigInt64Array)[row] ?? 0n, style, type.kind === 'timestamp');
    case 'binary':
      return (row) => bytesOf(data, row).toString('base64');
    case 'string':
    case 'interval':
    case 'variant':
      return (row) => bytesOf(data, row).toString('utf8');
    case 'array':
    case 'map':
    case 'struct': {
      const read = jsonReader(type, data);
      return (row) => read(row);
    }
    default:
      return (row) => String((values as (number | bigint)[])[row]);
  }
}

/** JSON as Spark's `to_json` writes it: numbers with all their digits, timestamps in ISO form. */
function jsonReader(type: ColumnType, data: Data): (row: number) => string {
  const read = validJson(type, data);
  return (row) => (isValid(data, row) ? read(row) : 'null');
}

function validJson(type: ColumnType, data: Data): (row: number) => string {
  const offsets = offsetsOf(data);
  switch (type.kind) {
    case 'array': {
      const item = jsonReader(type.element, childOf(data, 0));
      return (row) => `[${between(offsets, row, item).join(',')}]`;
    }
    case 'map': {
      const entries = childOf(data, 0);
      const key = textReader(type.key, childOf(entries, 0), 'iso');
      const value = jsonReader(type.value, childOf(entries, 1));
      return (row) =>
        `{${between(offsets, row, (entry) => `${JSON.stringify(key(entry))}:${value(entry)}`).join(',')}}`;
    }
    case 'struct': {
      const fields = type.fields.map(
        (field, index) => [JSON.stringify(field.name), jsonReader(field.type, childOf(data, index))] as const,
      );
      return (row) => `{${fields.map(([name, read]) => `${name}:${read(row)}`).join(',')}}`;
    }
    default: {
      const text = validText(type, data, 'iso');
      return isBareInJson(type) ? (row) => bareOrQuoted(text(row)) : (row) => JSON.stringify(text(row));
    }
  }
}

function isBareInJson({ kind }: ColumnType): boolean {
  return ['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'void'].includes(kind);
}

/** JSON has no NaN and no infinities. */
function bareOrQuoted(text: string): string {
  return /^(?:NaN|-?Infinity)$/.test(text) ? `"${text}"` : text;
}

function between(offsets: Int32Array, row: number, read: (index: number) => string): string[] {
  const texts: string[] = [];
  for (let index = offsets[row] ?? 0; index < (offsets[row + 1] ?? 0); index++) texts.push(read(index));
  return texts;
}

function childOf(data: Data, index: number): Data {
  const child = data.children[index];
  if (child === undefined) throw new TypeError('A nested column has no values.');
  return child;
}

const offsetsOf = (data: Data): Int32Array => data.valueOffsets as Int32Array;

/** The bytes of a string or binary value. */
export function bytesOf(data: Data, row: number): Buffer {
  const bytes = data.values as Uint8Array;
  const offsets = offsetsOf(data);
  const start = offsets[row] ?? 0;
  const end = offsets[row + 1] ?? 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

function decimalText(words: Uint32Array, row: number, scale: number): string {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[row * 4 + word] ?? 0);
  value = BigInt.asIntN(128, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(digits.length - scale)}` : ''}`;
}

function dateText(days: number): string {
  return isoDate(new Date(days * 86_400_000));
}

function isoDate(date: Date): string {
  const year = date.getUTCFullYear();
  const yearText = `${year < 0 ? '-' : year > 9999 ? '+' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
  return `${yearText}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

function timestampText(micros: bigint, style: TextStyle, isInstant: boolean): string {
  const microsOfSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - microsOfSecond) / 1000n));
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  const fraction = microsOfSecond.toString().padStart(6, '0').replace(/0+$/, '');
  if (style === 'spark') return `${isoDate(date)} ${time}${fraction ? `.${fraction}` : ''}`;
  return `${isoDate(date)}T${time}.${fraction.padEnd(3, '0')}${isInstant ? 'Z' : ''}`;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** As Java's `Double.toString`: always a fraction, `E` from 10^7 and below 10^-3. */
function doubleText(value: number): string {
  return javaText(value, String(Math.abs(value)), Math.abs(value).toExponential());
}

/** As Java's `Float.toString`: the fewest digits that give the same float. */
function floatText(value: number): string {
  const size = Math.abs(value);
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(size.toPrecision(digits));
    if (Math.fround(shorter) === size) return javaText(value, String(shorter), shorter.toExponential());
  }
  const longest = Number(size.toPrecision(9));
  return javaText(value, String(longest), longest.toExponential());
}

function javaText(value: number, plain: string, exponential: string): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return `${sign}${plain.includes('.') ? plain : `${plain}.0`}`;
  const [mantissa = '', exponent = ''] = exponential.split('e');
  return `${sign}${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}
