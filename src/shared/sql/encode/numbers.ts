import type { ByteWriter } from './byte-writer.ts';

const ZERO = 0x30;
const MINUS = 0x2d;
const TWO_32 = 4_294_967_296;

/** Writes a whole number from 0 up to 2^53. */
export function writeUnsigned(out: ByteWriter, value: number): void {
  if (value > 999_999_999) {
    const high = Math.floor(value / 1e9);
    writeUnsigned(out, high);
    writePadded(out, value - high * 1e9, 9);
    return;
  }
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  writePadded(out, value, digits);
}

/** Writes a whole number below 10^9 with leading zeros. */
export function writePadded(out: ByteWriter, value: number, digits: number): void {
  out.reserve(digits);
  const { buffer } = out;
  let rest = value | 0;
  for (let index = out.length + digits - 1; index >= out.length; index--) {
    const quotient = (rest / 10) | 0;
    buffer[index] = ZERO + rest - quotient * 10;
    rest = quotient;
  }
  out.length += digits;
}

/** Writes a whole number that a JavaScript number holds exactly. */
export function writeInteger(out: ByteWriter, value: number): void {
  if (value < 0) {
    out.byte(MINUS);
    writeUnsigned(out, -value);
  } else writeUnsigned(out, value);
}

/** Writes a 64-bit integer given as its two halves, every digit kept. */
export function writeInt64(out: ByteWriter, low: number, high: number): void {
  if (high >= -0x20_0000 && high < 0x20_0000) writeInteger(out, high * TWO_32 + (low >>> 0));
  else out.ascii(String((BigInt(high) << 32n) | BigInt(low >>> 0)));
}

/** Writes a DOUBLE: the shortest text that reads back as the same number; `NaN`, `Infinity` and `-Infinity` by name. */
export function writeDouble(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) writeInteger(out, value);
  else out.ascii(Object.is(value, -0) ? '-0' : String(value));
}

/** Writes a FLOAT: the shortest text that reads back as the same 32-bit number. */
export function writeFloat(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) {
    writeDouble(out, value);
    return;
  }
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) {
      out.ascii(String(shorter));
      return;
    }
  }
  out.ascii(String(Number(value.toPrecision(9))));
}

/**
 * Writes a DECIMAL from its 32-bit words (little-endian, two's complement, `words` of them from `at`) and its scale,
 * as Databricks writes it: all digits of the scale kept.
 */
export function writeDecimal(out: ByteWriter, data: Int32Array, at: number, words: number, scale: number): void {
  const low = data[at] as number;
  const high = data[at + 1] as number;
  let narrow = high >= -0x20_0000 && high < 0x20_0000;
  for (let word = 2; narrow && word < words; word++) narrow = data[at + word] === high >> 31;
  if (narrow) {
    const value = high * TWO_32 + (low >>> 0);
    if (scale === 0) {
      writeInteger(out, value);
      return;
    }
    if (scale <= 9) {
      if (value < 0) out.byte(MINUS);
      const magnitude = Math.abs(value);
      const whole = Math.floor(magnitude / 10 ** scale);
      writeUnsigned(out, whole);
      out.byte(0x2e);
      writePadded(out, magnitude - whole * 10 ** scale, scale);
      return;
    }
  }
  out.ascii(decimalText(data, at, words, scale));
}

function decimalText(data: Int32Array, at: number, words: number, scale: number): string {
  let value = BigInt(data[at + words - 1] as number);
  for (let word = words - 2; word >= 0; word--) value = (value << 32n) | BigInt((data[at + word] as number) >>> 0);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (scale <= 0) return sign + digits + '0'.repeat(value === 0n ? 0 : -scale);
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
