import { types, type ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { quoteIdentifier, quoteString } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { isSameType, typeName } from '../../types/type-name.ts';
import { scalarConversion, type Conversion } from './casts.ts';
import type { Expression } from './expression.ts';
import { withOperand } from './operand.ts';
import { commonTypeOfAll } from './type-coercion.ts';
import { variantConversion } from './variant.ts';

interface CastOptions {
  /** NULL instead of an error, as `try_cast` has it. */
  tolerant?: boolean;
}

/**
 * An expression as one of another type, as CAST does it under ANSI rules. The name stays that of the expression.
 * @throws {@link SqlError} DATATYPE_MISMATCH where Databricks allows no such cast
 */
export function castTo(expression: Expression, type: ColumnType, { tolerant = false }: CastOptions = {}): Expression {
  const { type: from, sql } = expression;
  if (isSameType(from, type)) return { ...expression, type };
  const conversion = conversionOf(from, type, tolerant);
  if (conversion === undefined) throw castRefused(expression, type);
  const nullable = expression.nullable || (tolerant && conversion.failure !== undefined);
  return { ...expression, sql: converted(sql, from, type, conversion, tolerant), type, nullable };
}

/** The least common type of expressions. @throws {@link SqlError} DATATYPE_MISMATCH.DATA_DIFF_TYPES */
export function commonType(expressions: readonly Expression[], what: string): ColumnType {
  const common = commonTypeOfAll(expressions.map(({ type }) => type));
  if (common !== undefined) return common;
  const found = expressions.map(({ type }) => `"${type.text}"`).join(' or ');
  throw new SqlError(
    'DATATYPE_MISMATCH.DATA_DIFF_TYPES',
    '42K09',
    `Cannot resolve "${what}" due to data type mismatch: Input to \`${what.split('(', 1)[0]}\` should all be the same type, but it's (${found}).`,
  );
}

function converted(sql: string, from: ColumnType, to: ColumnType, conversion: Conversion, tolerant: boolean): string {
  if (tolerant || conversion.failure === undefined) return conversion.sql(sql);
  const { failure } = conversion;
  return withOperand(sql, (value) => {
    const result = conversion.sql(value);
    return `CASE WHEN ${value} IS NOT NULL AND ${result} IS NULL THEN ${failed(failure, value, from, to)} ELSE ${result} END`;
  });
}

function failed(failure: NonNullable<Conversion['failure']>, value: string, from: ColumnType, to: ColumnType): string {
  if (failure === 'malformed' && to.kind === 'decimal')
    return `CASE WHEN spark_text_number(${value}) IS NULL THEN spark_malformed(${value}, ${quoteString(to.text)}) ELSE spark_out_of_range(${value}, ${to.precision}, ${to.scale}) END`;
  if (failure === 'malformed') return `spark_malformed(CAST(${value} AS VARCHAR), ${quoteString(to.text)})`;
  if (to.kind === 'decimal') return `spark_out_of_range(CAST(${value} AS VARCHAR), ${to.precision}, ${to.scale})`;
  const suffix = { bigint: 'L', decimal: 'BD', double: 'D', smallint: 'S', tinyint: 'T' }[from.kind as 'bigint'] ?? '';
  return `spark_cast_overflow(CAST(${value} AS VARCHAR) || ${quoteString(suffix)}, ${quoteString(from.text)}, ${quoteString(to.text)})`;
}

function conversionOf(from: ColumnType, to: ColumnType, tolerant: boolean): Conversion | undefined {
  if (isSameType(from, to)) return { sql: (value) => value };
  if (from.kind === 'void') return scalarConversion(from, to);
  if (from.kind === 'variant' || to.kind === 'variant') return variantConversion(from, to);
  const nested = nestedConversion(from, to, tolerant);
  if (nested !== undefined) return nested;
  if (to.kind === 'string' && ['array', 'map', 'struct'].includes(from.kind))
    throw unsupported(`CAST of ${typeName(from)} to STRING`);
  return scalarConversion(from, to);
}

/** Arrays, maps and structs are converted value by value; what fails inside fails the whole. */
function nestedConversion(from: ColumnType, to: ColumnType, tolerant: boolean): Conversion | undefined {
  const inner = (value: string, source: ColumnType, target: ColumnType): string | undefined => {
    const conversion = conversionOf(source, target, tolerant);
    return conversion === undefined ? undefined : converted(value, source, target, conversion, tolerant);
  };
  const name = `v${depthOf(to)}`;
  if (from.kind === 'array' && to.kind === 'array') {
    const element = inner(name, from.element, to.element);
    return element === undefined
      ? undefined
      : { sql: (value) => `CAST(list_transform(${value}, lambda ${name}: ${element}) AS ${duckdbType(to)})` };
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const key = inner(`${name}.key`, from.key, to.key);
    const item = inner(`${name}.value`, from.value, to.value);
    if (key === undefined || item === undefined) return undefined;
    const entry = `lambda ${name}: struct_pack(key := ${key}, value := ${item})`;
    return { sql: (value) => `map_from_entries(list_transform(map_entries(${value}), ${entry}))` };
  }
  if (from.kind !== 'struct' || to.kind !== 'struct' || from.fields.length !== to.fields.length) return undefined;
  const fields = from.fields.map((field, index) => {
    const target = to.fields[index] ?? field;
    const item = inner(`struct_extract(${name}, ${quoteString(field.name)})`, field.type, target.type);
    return item === undefined ? undefined : `${quoteIdentifier(target.name)} := ${item}`;
  });
  if (fields.includes(undefined)) return undefined;
  const packed = `CASE WHEN ${name} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
  return { sql: (value) => `list_transform([${value}], lambda ${name}: ${packed})[1]` };
}

function depthOf(type: ColumnType): number {
  switch (type.kind) {
    case 'array':
      return 1 + depthOf(type.element);
    case 'map':
      return 1 + Math.max(depthOf(type.key), depthOf(type.value));
    case 'struct':
      return 1 + Math.max(0, ...type.fields.map((field) => depthOf(field.type)));
    default:
      return 0;
  }
}

function castRefused({ name, type: from }: Expression, to: ColumnType): SqlError {
  const isKnown = [types.variant, types.void].every(({ kind }) => kind !== to.kind && kind !== from.kind);
  if (!isKnown) return unsupported(`CAST of ${from.text} to ${to.text}`);
  if (from.kind === 'interval' || to.kind === 'interval') return unsupported(`CAST of ${from.text} to ${to.text}`);
  return new SqlError(
    'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION',
    '42K09',
    `Cannot resolve "CAST(${name} AS ${to.text})" due to data type mismatch: cannot cast "${from.text}" to "${to.text}".`,
  );
}
