import type { ColumnType } from '../../types/column-type.ts';
import { duckdbType, isYearMonth } from '../../types/duckdb-type.ts';
import { isFractional, isIntegral, isNumeric } from './type-coercion.ts';

/** How a value becomes one of another type. */
export interface Conversion {
  /** NULL where the value has no counterpart in the type. */
  sql: (value: string) => string;
  /** What is wrong with a value that has none. */
  failure?: 'malformed' | 'overflow' | 'range';
}

const call = (macro: string, failure?: Conversion['failure']): Conversion =>
  failure !== undefined ? { sql: (value) => `${macro}(${value})`, failure } : { sql: (value) => `${macro}(${value})` };
const plain = (to: ColumnType): Conversion => ({ sql: (value) => `CAST(${value} AS ${duckdbType(to)})` });
const attempt = (to: ColumnType, failure: Conversion['failure'], operand = (value: string) => value): Conversion => ({
  sql: (value) => `TRY_CAST(${operand(value)} AS ${duckdbType(to)})`,
  ...(failure === undefined ? {} : { failure }),
});

/** The conversion of a value that is not nested; undefined where Databricks allows no cast. */
export function scalarConversion(from: ColumnType, to: ColumnType): Conversion | undefined {
  if (from.kind === 'void') return plain(to);
  if (to.kind === 'string') return toText(from);
  if (from.kind === 'string') return fromText(to);
  if (isNumeric(from) && isNumeric(to)) return betweenNumbers(from, to);
  if (from.kind === 'boolean') return isNumeric(to) ? plain(to) : undefined;
  if (to.kind === 'boolean') return isNumeric(from) ? { sql: (value) => `(${value} <> 0)` } : undefined;
  if (from.kind === 'interval' || to.kind === 'interval') return withInterval(from, to);
  return withTime(from, to);
}

function betweenNumbers(from: ColumnType, to: ColumnType): Conversion {
  if (isFractional(to)) return plain(to);
  if (to.kind === 'decimal') {
    if (isFractional(from)) return attempt(to, 'range', (value) => `spark_double_text(CAST(${value} AS DOUBLE))`);
    return attempt(to, 'range');
  }
  return attempt(to, 'overflow', isIntegral(from) ? undefined : (value) => `trunc(${value})`);
}

function toText(from: ColumnType): Conversion | undefined {
  switch (from.kind) {
    case 'double':
    case 'float':
      return call('spark_double_text');
    case 'timestamp':
    case 'timestamp_ntz':
      return call('spark_timestamp_text');
    case 'date':
      return call('spark_date_text');
    case 'binary':
      return { sql: (value) => `decode(${value})` };
    case 'variant':
      return call('spark_variant_text');
    case 'interval':
      return intervalText(from);
    case 'decimal':
      return call('spark_decimal_text');
    case 'array':
    case 'map':
    case 'struct':
      return undefined;
    default:
      return { sql: (value) => `CAST(${value} AS VARCHAR)` };
  }
}

/** `INTERVAL '1-2' YEAR TO MONTH`; intervals of a single field are printed otherwise and have no conversion. */
function intervalText(from: ColumnType): Conversion | undefined {
  if (from.text === 'INTERVAL YEAR TO MONTH')
    return { sql: (value) => `('INTERVAL ''' || spark_months_text(${value}) || ''' YEAR TO MONTH')` };
  if (from.text === 'INTERVAL DAY')
    return { sql: (value) => `('INTERVAL ''' || CAST(${value} // 86400000000 AS VARCHAR) || ''' DAY')` };
  return undefined;
}

const FROM_TEXT: Readonly<Record<string, string>> = {
  boolean: 'spark_text_boolean',
  float: 'spark_text_double',
  double: 'spark_text_double',
  date: 'spark_text_date',
  timestamp: 'spark_text_timestamp',
  timestamp_ntz: 'spark_text_timestamp_ntz',
};

function fromText(to: ColumnType): Conversion | undefined {
  if (isIntegral(to)) return attempt(to, 'malformed', (value) => `spark_text_whole(${value})`);
  if (to.kind === 'decimal') return attempt(to, 'malformed', (value) => `spark_text_number(${value})`);
  if (to.kind === 'float')
    return { sql: (value) => `CAST(spark_text_double(${value}) AS FLOAT)`, failure: 'malformed' };
  if (to.kind === 'binary') return { sql: (value) => `encode(${value})` };
  if (to.kind === 'variant') return { sql: (value) => `to_json(${value})` };
  const macro = FROM_TEXT[to.kind];
  return macro === undefined ? undefined : call(macro, 'malformed');
}

const UNIT_MICROS: Readonly<Record<string, string>> = {
  DAY: '86400000000',
  HOUR: '3600000000',
  MINUTE: '60000000',
  SECOND: '1000000',
};

function withInterval(from: ColumnType, to: ColumnType): Conversion | undefined {
  if (from.kind === 'interval' && to.kind === 'interval') {
    if (isYearMonth(from) !== isYearMonth(to)) return undefined;
    return cutTo(to);
  }
  if (to.kind === 'interval' && isIntegral(from) && to.from === to.to) {
    const factor = isYearMonth(to) ? (to.to === 'YEAR' ? '12' : '1') : (UNIT_MICROS[to.to] ?? '1');
    return { sql: (value) => `CAST(${value} * ${factor} AS ${duckdbType(to)})` };
  }
  if (from.kind === 'interval' && isIntegral(to) && from.from === from.to && from.from !== 'SECOND') {
    const factor = isYearMonth(from) ? (from.to === 'YEAR' ? '12' : '1') : (UNIT_MICROS[from.to] ?? '1');
    return attempt(to, 'overflow', (value) => `(${value} // ${factor})`);
  }
  return undefined;
}

/** An interval loses what is below its smallest field. */
function cutTo(to: Extract<ColumnType, { kind: 'interval' }>): Conversion {
  if (to.to === 'YEAR') return { sql: (value) => `(${value} // 12 * 12)` };
  const unit = to.to === 'SECOND' || to.to === 'MONTH' ? undefined : UNIT_MICROS[to.to];
  return { sql: (value) => (unit ? `(${value} // ${unit} * ${unit})` : value) };
}

function withTime(from: ColumnType, to: ColumnType): Conversion | undefined {
  const pair = `${from.kind} ${to.kind}`;
  switch (pair) {
    case 'date timestamp':
    case 'date timestamp_ntz':
    case 'timestamp date':
    case 'timestamp_ntz date':
    case 'timestamp timestamp_ntz':
    case 'timestamp_ntz timestamp':
      return plain(to);
    default:
      if (from.kind === 'timestamp' && isIntegral(to))
        return attempt(to, 'overflow', (value) => `floor(epoch_us(${value}) / 1000000)`);
      if (from.kind === 'timestamp' && to.kind === 'double')
        return { sql: (value) => `(epoch_us(${value}) / 1000000)` };
      if (isIntegral(from) && to.kind === 'timestamp')
        return { sql: (value) => `make_timestamptz(CAST(${value} AS BIGINT) * 1000000)` };
      if (isFractional(from) && to.kind === 'timestamp')
        return { sql: (value) => `make_timestamptz(CAST(trunc(CAST(${value} AS DOUBLE) * 1000000) AS BIGINT))` };
      return undefined;
  }
}
