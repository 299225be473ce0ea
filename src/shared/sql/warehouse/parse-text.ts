const DAY = /^([+-]?)(\d{4,7})-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;
const NUMBER = /^(-?)(\d{1,80})(?:\.(\d{0,80}))?(?:[eE]([+-]?\d{1,3}))?$/;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MICROSECONDS_PER_DAY = 86_400_000_000n;
const INT32_MAX = 2_147_483_647;

/** Days since 1970-01-01 in the proleptic Gregorian calendar. @throws {RangeError} for what is no day */
export function epochDay(text: string): number {
  const [, sign, digits = '', month = '', dayOfMonth = ''] = DAY.exec(text) ?? [];
  const [year, monthOfYear, day] = [Number(`${sign ?? ''}${digits}`), Number(month), Number(dayOfMonth)];
  const isDay = monthOfYear >= 1 && monthOfYear <= 12 && day >= 1 && day <= (DAYS_IN_MONTH[monthOfYear - 1] as number);
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!isDay || (monthOfYear === 2 && day === 29 && !isLeapYear)) throw new RangeError('A DATE cannot be read.');
  // Eras of 400 years, counted from 0000-03-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
  const shifted = monthOfYear <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (monthOfYear + (monthOfYear > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const result = era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  if (Math.abs(result) > INT32_MAX) throw new RangeError('A DATE is out of range.');
  return result - 719_468;
}

/**
 * Microseconds since 1970 of `2024-02-03 04:05:06.7`, in UTC unless the text names its offset, which only an instant
 * may.
 * @throws {RangeError} for what is no timestamp, or one finer than a microsecond
 */
export function epochMicroseconds(text: string, isInstant: boolean): bigint {
  const at = text.search(/[ T]/);
  const [, hour = '', minute = '', second = '', fraction = '', offset] = TIME.exec(text.slice(at + 1)) ?? [];
  const isTime = hour !== '' && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (at === -1 || !isTime || /[1-9]/.test(fraction.slice(6)) || (offset !== undefined && !isInstant)) {
    throw new RangeError('A TIMESTAMP cannot be read.');
  }
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - offsetSeconds(offset);
  const micros = BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return BigInt(epochDay(text.slice(0, at))) * MICROSECONDS_PER_DAY + BigInt(seconds) * 1_000_000n + micros;
}

function offsetSeconds(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0;
  const seconds = Number(offset.slice(1, 3)) * 3_600 + Number(offset.slice(-2)) * 60;
  return offset.startsWith('-') ? -seconds : seconds;
}

/**
 * A decimal as Arrow holds it: four little-endian words.
 * @throws {RangeError} for what is no number, or one that the type does not hold exactly
 */
export function decimalWords(text: string, precision: number, scale: number): Uint32Array {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '') throw new RangeError('A DECIMAL cannot be read.');
  const shift = scale + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const divisor = 10n ** BigInt(Math.max(0, -shift));
  const value = (digits / divisor) * 10n ** BigInt(Math.max(0, shift));
  if (digits % divisor !== 0n || value >= 10n ** BigInt(precision)) {
    throw new RangeError('A DECIMAL is not held exactly by its type.');
  }
  const signed = BigInt.asUintN(128, sign === '-' ? -value : value);
  return Uint32Array.from([0n, 32n, 64n, 96n], (bits) => Number((signed >> bits) & 0xff_ff_ff_ffn));
}
