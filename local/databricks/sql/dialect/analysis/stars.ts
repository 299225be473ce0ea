import { quoteString } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';
import type { Star } from '../syntax/ast.ts';
import type { Expression } from './expression.ts';
import type { Scope, ScopeColumn } from './scope.ts';

const isSame = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** The columns that a star stands for: all, those of a relation, or the fields of a struct. */
export function starColumns({ qualifier, except }: Star, scope: Scope): Expression[] {
  const found =
    qualifier.length === 0 ? scope.columns.filter(({ hidden }) => hidden !== true) : ofRelation(qualifier, scope);
  const columns = found.length > 0 ? found.map(expressionOf) : fieldsOf(qualifier, scope);
  const names = except.map((parts) => parts.at(-1) ?? '');
  for (const name of names) if (!columns.some((column) => isSame(column.name, name))) scope.resolve([name]);
  return columns.filter((column) => !names.some((name) => isSame(column.name, name)));
}

const expressionOf = ({ name, sql, type, nullable }: ScopeColumn): Expression => ({
  name,
  column: name,
  sql,
  type,
  nullable,
});

function ofRelation(qualifier: readonly string[], scope: Scope): ScopeColumn[] {
  return scope.columns.filter(
    (column) =>
      column.qualifier.length >= qualifier.length &&
      qualifier.every((part, index) => isSame(part, column.qualifier.at(index - qualifier.length) ?? '')),
  );
}

function fieldsOf(qualifier: readonly string[], scope: Scope): Expression[] {
  const base = scope.find(qualifier);
  if (base?.type.kind !== 'struct')
    throw new SqlError(
      'CANNOT_RESOLVE_STAR_EXPAND',
      '42704',
      `Cannot resolve ${qualifier.map((part) => `\`${part}\``).join('.')}.* given input columns ${scope.columns.map(({ name }) => `\`${name}\``).join(', ')}. Please check that the specified table or struct exists and is accessible in the input columns.`,
    );
  return base.type.fields.map(({ name, type }) => ({
    name,
    column: name,
    type,
    nullable: true,
    sql: `struct_extract(${base.sql}, ${quoteString(name)})`,
  }));
}
