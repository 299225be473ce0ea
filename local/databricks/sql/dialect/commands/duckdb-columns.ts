import { quoteIdentifier } from '../../quoting.ts';
import type { ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { constantOf } from '../analysis/constants.ts';
import { typeOfText } from '../syntax/parse.ts';
import type { ColumnDefinition } from './column-definitions.ts';

const VARCHAR = /^varchar\s*\(\s*(\d+)\s*\)$/i;

/** The declared type that DuckDB does not keep, in lower case; undefined for every other. @throws {@link SqlError} 0A000 for CHAR(n) */
export function declaredTypeOf({ type }: ColumnDefinition): string | undefined {
  if (/^char(?:acter)?\s*\(/i.test(type)) throw unsupported('CHAR(n)');
  const [, length] = VARCHAR.exec(type) ?? [];
  return length === undefined ? undefined : `varchar(${length})`;
}

/** Columns as DuckDB defines them. @throws {@link SqlError} PARSE_SYNTAX_ERROR, 0A000 */
export function duckdbColumns(columns: readonly ColumnDefinition[]): string {
  const parts = columns.map((column) => {
    const type = storedType(column);
    const fallback = column.defaultValue === undefined ? '' : ` DEFAULT ${constantOf(column.defaultValue, type)}`;
    return `${quoteIdentifier(column.name)} ${duckdbType(type)}${column.isNullable ? '' : ' NOT NULL'}${fallback}`;
  });
  const lengths = columns.flatMap((column) => {
    const [, length] = VARCHAR.exec(column.type) ?? [];
    return length === undefined ? [] : [`CHECK (length(${quoteIdentifier(column.name)}) <= ${length})`];
  });
  return [...parts, ...lengths].join(', ');
}

function storedType({ type }: ColumnDefinition): ColumnType {
  const known = typeOfText(type);
  if (known === undefined)
    throw new SqlError('UNSUPPORTED_DATATYPE', '0A000', `Unsupported data type "${type.toUpperCase()}".`);
  if (known.kind === 'interval' || known.kind === 'void') throw unsupported(`A column of the type ${known.text}`);
  return known;
}
