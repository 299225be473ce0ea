import { interval, type ColumnType, type IntervalUnit } from '../../types/column-type.ts';
import { isYearMonth } from '../../types/duckdb-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { IntervalPart } from '../syntax/ast.ts';
import type { Expression } from './expression.ts';
import { isIntegral } from './type-coercion.ts';

const MICROS: Readonly<Record<string, bigint>> = {
  WEEK: 604_800_000_000n,
  DAY: 86_400_000_000n,
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
  MILLISECOND: 1000n,
  MICROSECOND: 1n,
};
const ORDER: readonly IntervalUnit[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** The field under which a unit counts: weeks are days, fractions of seconds are seconds. */
const fieldOf = (unit: IntervalPart['from']): IntervalUnit =>
  unit === 'WEEK' ? 'DAY' : unit === 'MILLISECOND' || unit === 'MICROSECOND' ? 'SECOND' : unit;

/** An interval literal of one or several parts. @throws {@link SqlError} INVALID_INTERVAL_FORMAT */
export function intervalLiteral(parts: IntervalPart[], analyze: (part: IntervalPart) => Expression): Expression {
  const fields = parts.flatMap(({ from, to }) => (to !== undefined ? [from, to] : [fieldOf(from)])) as IntervalUnit[];
  const places = fields.map((field) => ORDER.indexOf(field));
  const [from, to] = [ORDER[Math.min(...places)], ORDER[Math.max(...places)]];
  if (from === undefined || to === undefined) throw new TypeError('An interval has no field.');
  const type = interval(from, to);
  if (!isYearMonth(type) && (from === 'YEAR' || from === 'MONTH')) throw unsupported('An interval of months and days');
  if (isYearMonth(type) && to !== 'YEAR' && to !== 'MONTH') throw unsupported('An interval of months and days');
  const values = parts.map((part) => partValue(part, analyze(part)));
  const constants = values.map(({ constant }) => constant);
  if (!constants.every((constant) => typeof constant === 'bigint')) return computed(values, type);
  const total = constants.reduce((sum, constant) => sum + constant, 0n);
  return intervalConstant(total, type);
}

/** An interval of so many months or microseconds. */
export function intervalConstant(amount: bigint, type: ColumnType): Expression {
  const sqlType = isYearMonth(type) ? 'INTEGER' : 'BIGINT';
  const name = intervalName(amount, type);
  return { sql: `CAST(${amount} AS ${sqlType})`, type, nullable: false, name, constant: amount };
}

function computed(values: Expression[], type: ColumnType): Expression {
  const sql = values.map((value) => value.sql).join(' + ');
  const nullable = values.some((value) => value.nullable);
  return { sql: `(${sql})`, type, nullable, name: values.map(({ name }) => name).join(' + ') };
}

function partValue(part: IntervalPart, value: Expression): Expression {
  const text = typeof value.constant === 'bigint' ? String(value.constant) : value.constant;
  if (typeof text === 'string') {
    const amount = part.to !== undefined ? spanAmount(text, part.from, part.to) : singleAmount(text, part.from);
    if (amount === undefined) throw invalidInterval(text, part);
    return { ...value, constant: amount };
  }
  if (!isIntegral(value.type) || part.to !== undefined)
    throw unsupported(`INTERVAL of a ${value.type.text} expression`);
  const factor = part.from === 'YEAR' ? 12n : part.from === 'MONTH' ? 1n : (MICROS[part.from] ?? 1n);
  const type = part.from === 'YEAR' || part.from === 'MONTH' ? 'INTEGER' : 'BIGINT';
  const name = `make_${type === 'INTEGER' ? 'ym' : 'dt'}_interval(${value.name})`;
  return { ...value, constant: undefined, name, sql: `CAST(${value.sql} * ${factor} AS ${type})` };
}

function singleAmount(text: string, unit: IntervalPart['from']): bigint | undefined {
  const [, sign = '', whole, fraction = ''] = /^\s*([+-]?)\s*(\d+)(?:\.(\d{0,9}))?\s*$/.exec(text) ?? [];
  if (whole === undefined || (fraction !== '' && unit !== 'SECOND')) return undefined;
  const micros = BigInt(fraction.padEnd(6, '0').slice(0, 6) || '0');
  const factor = unit === 'YEAR' ? 12n : unit === 'MONTH' ? 1n : (MICROS[unit] ?? 1n);
  const size = BigInt(whole) * factor + micros;
  return sign === '-' ? -size : size;
}

/** `1-2` years and months; `1 02:03:04.5` days and a time, or a part of them. */
export function spanAmount(text: string, from: IntervalPart['from'], to: IntervalUnit): bigint | undefined {
  const [, sign = '', rest = ''] = /^\s*([+-]?)(.*?)\s*$/.exec(text) ?? [];
  const size = from === 'YEAR' ? yearsAndMonths(rest) : daysAndTime(rest, fieldOf(from), to);
  return size === undefined ? undefined : sign === '-' ? -size : size;
}

function yearsAndMonths(text: string): bigint | undefined {
  const [, years, months] = /^(\d+)-(\d{1,2})$/.exec(text) ?? [];
  if (years === undefined || months === undefined || Number(months) > 11) return undefined;
  return BigInt(years) * 12n + BigInt(months);
}

function daysAndTime(text: string, from: IntervalUnit, to: IntervalUnit): bigint | undefined {
  const units = ORDER.slice(ORDER.indexOf(from), ORDER.indexOf(to) + 1);
  const [time = '', fraction = ''] = text.split('.', 2);
  const numbers = time.split(from === 'DAY' ? /[\s:]+/ : ':');
  if (numbers.length !== units.length || !numbers.every((number) => /^\d+$/.test(number))) return undefined;
  if (fraction !== '' && (to !== 'SECOND' || !/^\d{1,9}$/.test(fraction))) return undefined;
  const micros = BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return units.reduce((sum, unit, index) => sum + BigInt(numbers[index] ?? 0) * (MICROS[unit] ?? 1n), micros);
}

function invalidInterval(text: string, { from, to }: IntervalPart): SqlError {
  return new SqlError(
    'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE',
    '22006',
    `Error parsing '${text}' to interval. Please ensure that the value provided is in a valid format for defining an interval: it does not match ${from}${to !== undefined ? ` TO ${to}` : ''}.`,
  );
}

/** `INTERVAL '1-2' YEAR TO MONTH`, as Databricks prints the literal. */
export function intervalName(amount: bigint, type: ColumnType): string {
  if (type.kind !== 'interval') return String(amount);
  const sign = amount < 0n ? '-' : '';
  const size = amount < 0n ? -amount : amount;
  const units = ORDER.slice(ORDER.indexOf(type.from), ORDER.indexOf(type.to) + 1);
  const text = isYearMonth(type) ? monthsText(size, units) : microsText(size, units);
  return `INTERVAL '${sign}${text}' ${type.text.slice('INTERVAL '.length)}`;
}

function monthsText(size: bigint, units: IntervalUnit[]): string {
  if (units.length === 2) return `${size / 12n}-${size % 12n}`;
  return String(units[0] === 'YEAR' ? size / 12n : size);
}

function microsText(size: bigint, units: IntervalUnit[]): string {
  let rest = size;
  const numbers = units.map((unit, index) => {
    const number = rest / (MICROS[unit] ?? 1n);
    rest %= MICROS[unit] ?? 1n;
    return index === 0 && (unit === 'DAY' || units.length === 1)
      ? unit === 'DAY'
        ? String(number)
        : String(number).padStart(2, '0')
      : String(number).padStart(2, '0');
  });
  const fraction =
    units.includes('SECOND') && rest > 0n ? `.${rest.toString().padStart(6, '0').replace(/0+$/, '')}` : '';
  const [first = '', ...others] = numbers;
  if (units[0] !== 'DAY') return numbers.join(':') + fraction;
  return others.length > 0 ? `${first} ${others.join(':')}${fraction}` : first;
}

/** The months or microseconds of a text of an interval type: `3`, `1-2`, `1 02:03:04`; undefined if it is none. */
export function intervalFromText(text: string, type: Extract<ColumnType, { kind: 'interval' }>): bigint | undefined {
  if (type.from === type.to) return singleAmount(text, type.from);
  return spanAmount(text, type.from, type.to) ?? singleAmount(text, type.from);
}
