/** DuckDB's interval: whole months, whole days and microseconds. */
export interface IntervalParts {
  months: number;
  days: number;
  micros: bigint;
}

const MICROS_PER_DAY = 86_400_000_000n;

/** An interval as Databricks prints it: `1-2` (years, months) or `1 02:03:04.000000000`. */
export function intervalText({ months, days, micros }: IntervalParts): string {
  return months === 0 ? dayTimeText(BigInt(days) * MICROS_PER_DAY + micros) : yearMonthText(months);
}

/** An interval of months as Spark prints it. */
export function yearMonthText(months: number): string {
  const sign = months < 0 ? '-' : '';
  const size = Math.abs(months);
  return `${sign}${Math.trunc(size / 12)}-${size % 12}`;
}

function dayTimeText(micros: bigint): string {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  const seconds = (size / 1_000_000n) % 60n;
  const minutes = (size / 60_000_000n) % 60n;
  const hours = (size / 3_600_000_000n) % 24n;
  const pad = (value: bigint, digits: number) => value.toString().padStart(digits, '0');
  const fraction = pad((size % 1_000_000n) * 1000n, 9);
  return `${sign}${size / MICROS_PER_DAY} ${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${fraction}`;
}
