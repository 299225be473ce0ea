import { quoteIdentifier } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';
import type { Query } from '../syntax/ast.ts';
import type { AnalyzedQuery, CommonTables, OutputColumn } from './analyzed-query.ts';
import type { Analyzer } from './analyzer.ts';
import type { Scope, ScopeColumn } from './scope.ts';

/** What a query stands in: the scope around it and the common tables. */
export interface QueryContext {
  analyzer: Analyzer;
  outer: Scope | undefined;
  common: CommonTables;
  /** Analyzes a query within this one. */
  query: (query: Query, outer: Scope | undefined) => AnalyzedQuery;
}

/** Columns under the names that an alias gives them. @throws SqlError ASSIGNMENT_ARITY_MISMATCH */
export function renamed(columns: readonly OutputColumn[], names: readonly string[]): OutputColumn[] {
  if (names.length > 0 && names.length !== columns.length)
    throw new SqlError(
      'ASSIGNMENT_ARITY_MISMATCH',
      '42802',
      `The number of columns or variables assigned or aliased: ${names.length} does not match the number of source expressions: ${columns.length}.`,
    );
  return distinctNames(columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })));
}

/** Columns with names in DuckDB that differ from one another. */
export function distinctNames<T extends { name: string }>(columns: readonly T[]): (T & { sql: string })[] {
  const counts = new Map<string, number>();
  return columns.map((column) => {
    const lower = column.name.toLowerCase();
    const count = (counts.get(lower) ?? 0) + 1;
    counts.set(lower, count);
    return { ...column, sql: quoteIdentifier(count === 1 ? column.name || 'unnamed' : `${column.name} #${count}`) };
  });
}

/** The columns of a query as a scope sees them, under the name of its relation. */
export const scopeColumns = (
  columns: readonly OutputColumn[],
  relation: string,
  qualifier: readonly string[],
): ScopeColumn[] => columns.map((column) => ({ ...column, sql: `${relation}.${column.sql}`, qualifier }));
