import type { ByteWriter } from './byte-writer.ts';
import { writePadded, writeUnsigned } from './numbers.ts';

const DASH = 0x2d;
const COLON = 0x3a;
const SECONDS_PER_DAY = 86_400;

/**
 * Writes a day, counted from 1970-01-01, as ISO 8601 in the proleptic Gregorian calendar; years past 9999 with a `+`.
 */
export function writeDate(out: ByteWriter, epochDay: number): void {
  // Days to civil date by eras of 400 years, counted from 0000-03-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0) out.byte(DASH);
  else if (year > 9999) out.byte(0x2b);
  if (Math.abs(year) > 9999) writeUnsigned(out, Math.abs(year));
  else writePadded(out, Math.abs(year), 4);
  out.byte(DASH);
  writePadded(out, month, 2);
  out.byte(DASH);
  writePadded(out, dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1, 2);
}

/** Writes `YYYY-MM-DDThh:mm:ss.` and six (nine where `fractionDigits` says so) digits of the fraction. */
export function writeDateTime(out: ByteWriter, epochSecond: number, fraction: number, fractionDigits: number): void {
  const day = Math.floor(epochSecond / SECONDS_PER_DAY);
  const second = epochSecond - day * SECONDS_PER_DAY;
  writeDate(out, day);
  out.byte(0x54);
  writePadded(out, Math.floor(second / 3600), 2);
  out.byte(COLON);
  writePadded(out, Math.floor(second / 60) % 60, 2);
  out.byte(COLON);
  writePadded(out, second % 60, 2);
  out.byte(0x2e);
  writePadded(out, fraction, fractionDigits);
}

/**
 * Writes a 64-bit count of microseconds since 1970 given as its two halves. 2^32 is 4294 × 10^6 + 967296,
 * which keeps the division exact where the count itself is past 2^53 (any year after 2255).
 */
export function writeMicroseconds(out: ByteWriter, low: number, high: number): void {
  const rest = high * 967_296 + (low >>> 0);
  const carried = Math.floor(rest / 1e6);
  writeDateTime(out, high * 4294 + carried, rest - carried * 1e6, 6);
}

/** Writes a count of nanoseconds since 1970; the last three digits only where they are not zero. */
export function writeNanoseconds(out: ByteWriter, value: bigint): void {
  const second = Number(value / 1_000_000_000n) - (value < 0n && value % 1_000_000_000n !== 0n ? 1 : 0);
  const fraction = Number(value - BigInt(second) * 1_000_000_000n);
  if (fraction % 1000 === 0) writeDateTime(out, second, fraction / 1000, 6);
  else writeDateTime(out, second, fraction, 9);
}
