import { interval, types, type ColumnType } from '../../types/column-type.ts';
import { isYearMonth } from '../../types/duckdb-type.ts';
import { unsupported } from '../../sql-error.ts';
import { castTo } from './cast.ts';
import { differentTypes, unexpectedType } from './errors.ts';
import type { Expression, Result } from './expression.ts';
import { withOperand } from './operand.ts';
import { commonInterval, isIntegral, isNumeric, isTemporal } from './type-coercion.ts';

/** What arithmetic on dates, timestamps and intervals gives, and how Databricks prints it. */
export type Named = Result & { name: string };

const MICROS_PER_DAY = '86400000000';

/** `+` and `-` where an operand is a time or an interval. @throws SqlError DATATYPE_MISMATCH */
export function timeSum(operator: '+' | '-', left: Expression, right: Expression): Named {
  const nullable = left.nullable || right.nullable;
  const plain = `(${left.name} ${operator} ${right.name})`;
  if (isTemporal(left.type) && isTemporal(right.type) && operator === '-')
    return { ...difference(left, right), nullable, name: plain };
  if (left.type.kind === 'interval' && right.type.kind === 'interval')
    return { ...intervalSum(operator, left, right, plain), nullable, name: plain };
  if (isTemporal(left.type)) return { ...moved(operator, left, right), nullable };
  if (isTemporal(right.type) && operator === '+') return { ...moved('+', right, left), nullable };
  throw differentTypes(plain, left, right);
}

function difference(left: Expression, right: Expression): Result {
  if (left.type.kind === 'date' && right.type.kind === 'date')
    return { sql: `(CAST(${left.sql} - ${right.sql} AS BIGINT) * ${MICROS_PER_DAY})`, type: interval('DAY', 'DAY') };
  const type =
    left.type.kind === 'timestamp_ntz' && right.type.kind === 'timestamp_ntz' ? types.timestampNtz : types.timestamp;
  const [a, b] = [castTo(left, type).sql, castTo(right, type).sql];
  return { sql: `(epoch_us(${a}) - epoch_us(${b}))`, type: interval('DAY', 'SECOND') };
}

function intervalSum(operator: '+' | '-', left: Expression, right: Expression, name: string): Result {
  const { type: from } = left;
  const { type: to } = right;
  const type = from.kind === 'interval' && to.kind === 'interval' ? commonInterval(from, to) : undefined;
  if (type === undefined) throw differentTypes(name, left, right);
  return { sql: `(${left.sql} ${operator} ${right.sql})`, type };
}

/** A time and what is added to it or taken from it. */
function moved(operator: '+' | '-', time: Expression, amount: Expression): Named {
  if (amount.type.kind === 'interval') return movedByInterval(operator, time, amount);
  const isDate = time.type.kind === 'date';
  const name = `date_${operator === '+' ? 'add' : 'sub'}(${time.name}, ${amount.name})`;
  if (isDate && isIntegral(amount.type) && amount.type.kind !== 'bigint')
    return { sql: `CAST(${time.sql} ${operator} CAST(${amount.sql} AS INTEGER) AS DATE)`, type: types.date, name };
  if (isDate && amount.type.kind === 'void') return { sql: 'CAST(NULL AS DATE)', type: types.date, name };
  if (isDate) throw unexpectedType(name, 'second', '("INT" or "SMALLINT" or "TINYINT")', amount);
  throw differentTypes(`(${time.name} ${operator} ${amount.name})`, time, amount);
}

function movedByInterval(operator: '+' | '-', time: Expression, amount: Expression): Named {
  const { type } = amount;
  const name = `${time.name} ${operator} ${amount.name}`;
  if (isYearMonth(type)) return { ...movedByMonths(operator, time, amount), name };
  if (time.type.kind === 'date' && type.text === 'INTERVAL DAY') {
    const days = `CAST(${amount.sql} // ${MICROS_PER_DAY} AS INTEGER)`;
    const extracted = `extractansiintervaldays(${amount.name})`;
    const named = operator === '+' ? `date_add(${time.name}, ${extracted})` : `date_sub(${time.name}, ${extracted})`;
    return { sql: `CAST(${time.sql} ${operator} ${days} AS DATE)`, type: types.date, name: named };
  }
  const start = time.type.kind === 'date' ? castTo(time, types.timestamp) : time;
  // Days are those of the calendar, what remains is a duration.
  const sql = withOperand(
    `(${operator === '-' ? '-' : ''}${amount.sql})`,
    (micros) =>
      `(${start.sql} + to_days(CAST(${micros} // ${MICROS_PER_DAY} AS INTEGER)) + to_microseconds(${micros} % ${MICROS_PER_DAY}))`,
  );
  return { sql, type: start.type, name };
}

function movedByMonths(operator: '+' | '-', time: Expression, amount: Expression): Result {
  const sql = `(${time.sql} ${operator} to_months(${amount.sql}))`;
  return { sql: time.type.kind === 'date' ? `CAST(${sql} AS DATE)` : sql, type: time.type };
}

/** An interval multiplied or divided by a number. */
export function scaledInterval(operator: '*' | '/', left: Expression, right: Expression): Named {
  const [amount, factor] = left.type.kind === 'interval' ? [left, right] : [right, left];
  const name = `(${amount.name} ${operator} ${factor.name})`;
  if (operator === '/' && amount === right) throw differentTypes(name, left, right);
  if (!isNumeric(factor.type)) throw unexpectedType(name, 'second', '"NUMERIC"', factor);
  if (!isIntegral(factor.type)) throw unsupported(`An interval ${operator} ${factor.type.text}`);
  const months = isYearMonth(amount.type);
  const type: ColumnType = months ? interval('YEAR', 'MONTH') : interval('DAY', 'SECOND');
  const sqlType = months ? 'INTEGER' : 'BIGINT';
  const nullable = left.nullable || right.nullable;
  const sql =
    operator === '*'
      ? `CAST(CAST(${amount.sql} AS HUGEINT) * ${factor.sql} AS ${sqlType})`
      : `CAST(spark_rounded_interval(${amount.sql}, ${factor.sql}) AS ${sqlType})`;
  return { sql, type, nullable, name };
}
