import {
  array,
  decimal,
  interval,
  map,
  struct,
  types,
  type ColumnType,
  type IntervalUnit,
} from '../../types/column-type.ts';
import { unsupported } from '../../sql-error.ts';
import type { Cursor } from './cursor.ts';
import { nameIn } from './names.ts';

const DEFAULT_PRECISION = 10;

const SCALARS: Readonly<Record<string, ColumnType>> = {
  BOOLEAN: types.boolean,
  TINYINT: types.tinyint,
  BYTE: types.tinyint,
  SMALLINT: types.smallint,
  SHORT: types.smallint,
  INT: types.int,
  INTEGER: types.int,
  BIGINT: types.bigint,
  LONG: types.bigint,
  FLOAT: types.float,
  REAL: types.float,
  DOUBLE: types.double,
  DATE: types.date,
  TIMESTAMP: types.timestamp,
  TIMESTAMP_LTZ: types.timestamp,
  TIMESTAMP_NTZ: types.timestampNtz,
  STRING: types.string,
  BINARY: types.binary,
  VARIANT: types.variant,
  VOID: types.void,
};

/** Types of Databricks that are not in the local warehouse. */
const ABSENT = new Set(['GEOGRAPHY', 'GEOMETRY', 'OBJECT', 'TIME']);

/** The type at the cursor. */
export function typeIn(cursor: Cursor): ColumnType {
  const token = cursor.next();
  const word = token.kind === 'word' ? token.value : '';
  if (ABSENT.has(word)) throw unsupported(`The type ${word}`);
  switch (word) {
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
      return decimalIn(cursor);
    case 'CHAR':
    case 'CHARACTER':
    case 'VARCHAR':
      sizeIn(cursor);
      return types.string;
    case 'INTERVAL':
      return intervalIn(cursor);
    case 'ARRAY': {
      const element = between(cursor, () => typeIn(cursor));
      return array(element);
    }
    case 'MAP':
      return between(cursor, () => mapIn(cursor));
    case 'STRUCT':
      return structIn(cursor);
    default: {
      const type = Object.hasOwn(SCALARS, word) ? SCALARS[word] : undefined;
      if (type === undefined) throw cursor.unexpected();
      if (word === 'STRING' && cursor.isWord('COLLATE')) throw unsupported('COLLATE');
      return type;
    }
  }
}

function between<T>(cursor: Cursor, read: () => T): T {
  cursor.expectSymbol('<');
  const result = read();
  cursor.expectSymbol('>');
  return result;
}

function decimalIn(cursor: Cursor): ColumnType {
  if (!cursor.isSymbol('(')) return decimal(DEFAULT_PRECISION, 0);
  const [precision = DEFAULT_PRECISION, scale = 0] = cursor.parenthesised(() => wholeNumberIn(cursor));
  return decimal(precision, scale);
}

function sizeIn(cursor: Cursor): void {
  cursor.parenthesised(() => wholeNumberIn(cursor));
}

function wholeNumberIn(cursor: Cursor): number {
  const token = cursor.peek();
  if (token.kind !== 'number' || !/^\d+$/.test(token.value)) throw cursor.unexpected();
  cursor.next();
  return Number(token.value);
}

const UNITS: readonly IntervalUnit[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

function intervalIn(cursor: Cursor): ColumnType {
  const from = cursor.takeOneOf(...UNITS);
  if (from === undefined) throw cursor.unexpected();
  if (!cursor.takeWords('TO')) return interval(from, from);
  const to = cursor.takeOneOf(...UNITS);
  if (to === undefined) throw cursor.unexpected();
  return interval(from, to);
}

function mapIn(cursor: Cursor): ColumnType {
  const key = typeIn(cursor);
  cursor.expectSymbol(',');
  return map(key, typeIn(cursor));
}

function structIn(cursor: Cursor): ColumnType {
  if (cursor.takeSymbol('<>')) return struct([]);
  return between(cursor, () => struct(cursor.list(() => fieldIn(cursor))));
}

function fieldIn(cursor: Cursor): { name: string; type: ColumnType } {
  const name = nameIn(cursor);
  cursor.takeSymbol(':');
  const type = typeIn(cursor);
  cursor.takeWords('NOT', 'NULL');
  if (cursor.takeWords('COMMENT')) cursor.expectString();
  return { name, type };
}
