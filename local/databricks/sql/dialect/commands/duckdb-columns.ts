import { quoteIdentifier } from '../../quoting.ts';
import { unsupported } from '../../sql-error.ts';
import { parseStatement, translate } from '../translate.ts';
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
    const name = `\`${column.name.replaceAll('`', '``')}\``;
    const type = declaredTypeOf(column) === undefined ? column.type : 'STRING';
    const fallback = column.defaultValue === undefined ? '' : ` DEFAULT ${column.defaultValue}`;
    return `${name} ${type}${column.isNullable ? '' : ' NOT NULL'}${fallback}`;
  });
  const translated = translate(parseStatement(`CREATE TABLE t (${parts.join(', ')})`).node);
  const list = translated.slice(translated.indexOf('(') + 1, translated.lastIndexOf(')'));
  const lengths = columns.flatMap((column) => {
    const [, length] = VARCHAR.exec(column.type) ?? [];
    return length === undefined ? [] : [`CHECK (length(${quoteIdentifier(column.name)}) <= ${length})`];
  });
  return [list, ...lengths].join(', ');
}
