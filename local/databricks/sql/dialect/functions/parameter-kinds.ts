import { types, type ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';

/**
 * How an argument's type meets a parameter: as it is; by an implicit cast to another type; not at all, as Databricks refuses
 * it; or in a way that this warehouse does not know.
 */
export type Match = 'same' | ColumnType | 'mismatch' | 'unknown';

type Rule = (type: ColumnType, argument: Expression) => Match;

const COMPLEX = new Set(['array', 'map', 'struct']);
const INTEGRAL = new Set(['tinyint', 'smallint', 'int', 'bigint']);
const NUMERIC = new Set([...INTEGRAL, 'decimal', 'float', 'double']);
const TEMPORAL = new Set(['date', 'timestamp', 'timestamp_ntz']);

/** Databricks' implicit promotions and casts between simple types (SQL data type rules, "Implicit downcasting and crosscasting"). */
const whole =
  (target: ColumnType, narrower: readonly string[], wider: readonly string[]): Rule =>
  ({ kind }) => {
    if (kind === target.kind) return 'same';
    if (narrower.includes(kind) || wider.includes(kind) || kind === 'string' || kind === 'void') return target;
    // Fractions are cut by an implicit downcast, or refused: the reference does not say.
    return NUMERIC.has(kind) ? 'unknown' : 'mismatch';
  };

const string: Rule = ({ kind }) => {
  if (kind === 'string') return 'same';
  if (COMPLEX.has(kind)) return 'mismatch';
  return kind === 'binary' || kind === 'variant' ? 'unknown' : types.string;
};

const numeric: Rule = ({ kind }) => {
  if (NUMERIC.has(kind)) return 'same';
  return kind === 'string' || kind === 'void' ? types.double : 'mismatch';
};

const simple =
  (target: ColumnType, from: readonly string[]): Rule =>
  ({ kind }) => {
    if (kind === target.kind) return 'same';
    return kind === 'string' || kind === 'void' || from.includes(kind) ? target : 'mismatch';
  };

const only =
  (...kinds: string[]): Rule =>
  ({ kind }) => {
    if (kinds.includes(kind)) return 'same';
    return kind === 'void' || kind === 'variant' ? 'unknown' : 'mismatch';
  };

/** A literal, which decides what the call means; one that had to fail when it is cast is left to Databricks. */
const literal =
  (rule: Rule, isValue: (text: string) => boolean = () => true): Rule =>
  (type, argument) => {
    const { constant } = argument;
    const isKnown = constant !== undefined && constant !== null && isValue(String(constant));
    const match = rule(type, argument);
    return isKnown || match === 'mismatch' ? match : 'unknown';
  };
const isWholeText = (text: string): boolean => /^[+-]?\d+$/.test(text);
const isNumberText = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

const int = whole(types.int, ['tinyint', 'smallint'], ['bigint']);
const bigint = whole(types.bigint, ['tinyint', 'smallint', 'int'], []);

const kinds = {
  any: () => 'same',
  /** Anything that can be compared. */
  ordered: ({ kind }) => {
    if (kind === 'map' || kind === 'variant') return 'mismatch';
    // NULLs inside have another place in DuckDB's order.
    return COMPLEX.has(kind) ? 'unknown' : 'same';
  },
  string,
  stringLiteral: literal(string),
  /** Text or bytes; anything else as text. */
  bytes: (type, argument) => (type.kind === 'binary' ? 'same' : string(type, argument)),
  binary: ({ kind }) => (kind === 'binary' ? 'same' : kind === 'string' || kind === 'void' ? types.binary : 'mismatch'),
  int,
  intLiteral: literal(int, isWholeText),
  bigint,
  integral: (type) => (INTEGRAL.has(type.kind) ? 'same' : bigint(type, absent)),
  numeric,
  /** A number as it is; text is not known to become one. */
  number: ({ kind }) => (NUMERIC.has(kind) ? 'same' : kind === 'string' || kind === 'void' ? 'unknown' : 'mismatch'),
  /** Numbers of DOUBLE, whatever they were. */
  double: (type, argument) =>
    type.kind === 'double' ? 'same' : numeric(type, argument) === 'mismatch' ? 'mismatch' : types.double,
  numericLiteral: literal(numeric, isNumberText),
  boolean: simple(types.boolean, []),
  booleanLiteral: literal(simple(types.boolean, []), (text) => text === 'true' || text === 'false'),
  date: simple(types.date, ['timestamp', 'timestamp_ntz']),
  timestamp: simple(types.timestamp, ['date', 'timestamp_ntz']),
  timestampNtz: simple(types.timestampNtz, ['date', 'timestamp']),
  /** DATE, TIMESTAMP or TIMESTAMP_NTZ; text is a TIMESTAMP. */
  moment: ({ kind }) =>
    TEMPORAL.has(kind) ? 'same' : kind === 'string' || kind === 'void' ? types.timestamp : 'mismatch',
  momentOnly: ({ kind }) => (TEMPORAL.has(kind) ? 'same' : 'mismatch'),
  binaryOnly: ({ kind }) => (kind === 'binary' ? 'same' : COMPLEX.has(kind) ? 'mismatch' : 'unknown'),
  array: only('array'),
  map: only('map'),
  struct: only('struct'),
  variant: only('variant'),
} as const satisfies Record<string, Rule>;

const absent: Expression = { sql: 'NULL', type: types.void, nullable: true, name: 'NULL' };

/** What an argument may be. */
export type ParameterKind = keyof typeof kinds;

/** How an argument meets a parameter of a kind. */
export function matchParameter(kind: ParameterKind, argument: Expression): Match {
  const rule: Rule = kinds[kind];
  return rule(argument.type, argument);
}

const TYPES: Partial<Record<ParameterKind, string>> = {
  stringLiteral: '"STRING"',
  bytes: '("STRING" or "BINARY")',
  intLiteral: '"INT"',
  integral: '"INTEGRAL"',
  numericLiteral: '"NUMERIC"',
  booleanLiteral: '"BOOLEAN"',
  moment: '("DATE" or "TIMESTAMP")',
  ordered: '"ORDERED"',
  number: '"NUMERIC"',
  binaryOnly: '"BINARY"',
  momentOnly: '("DATE" or "TIMESTAMP")',
  timestampNtz: '"TIMESTAMP_NTZ"',
  double: '"DOUBLE"',
};

/** What a parameter takes, in the words of an error. */
export function parameterTypes(kind: ParameterKind): string {
  return TYPES[kind] ?? `"${kind.toUpperCase()}"`;
}
