import type { Expr, Query, SortItem } from '../syntax/ast.ts';
import { SqlError } from '../../sql-error.ts';
import type { Analyzer } from './analyzer.ts';
import type { OutputColumn } from './analyzed-query.ts';
import { scopeColumns, type QueryContext } from './output.ts';
import { Scope } from './scope.ts';

/** The scope of ORDER BY behind a set of rows whose columns are all that it may use. */
export function outputScope(columns: readonly OutputColumn[], relation: string, context: QueryContext): Scope {
  return new Scope(scopeColumns(columns, relation, []), context);
}

/** ORDER BY: places and names of the result first, then expressions. NULLs come first, last when descending. */
export function orderSql(query: Query, columns: readonly OutputColumn[], scope: Scope, analyzer: Analyzer): string {
  if (query.orderBy === 'all') {
    const direction = query.orderByAll ?? { descending: false, nullsFirst: undefined };
    const items = columns.map((_, index) => `${index + 1}${directionSql(direction)}`);
    return ` ORDER BY ${items.join(', ')}`;
  }
  const items = (query.orderBy ?? []).map(
    (item) => `${keySql(item.value, columns, scope, analyzer)}${directionSql(item)}`,
  );
  return items.length > 0 ? ` ORDER BY ${items.join(', ')}` : '';
}

/** ASC or DESC and the place of NULLs, which Spark and DuckDB choose differently. */
export function directionSql({ descending, nullsFirst }: Pick<SortItem, 'descending' | 'nullsFirst'>): string {
  return ` ${descending ? 'DESC' : 'ASC'} NULLS ${(nullsFirst ?? !descending) ? 'FIRST' : 'LAST'}`;
}

function keySql(expr: Expr, columns: readonly OutputColumn[], scope: Scope, analyzer: Analyzer): string {
  const place = placeOf(expr, 'ORDER BY', columns.length);
  if (place !== undefined) return String(place);
  if (expr.kind === 'column' && expr.parts.length === 1) {
    const named = columns.flatMap(({ name }, index) =>
      name.toLowerCase() === expr.parts[0]?.toLowerCase() ? [index + 1] : [],
    );
    if (named.length === 1) return String(named[0]);
  }
  const { sql, type } = analyzer.expression(expr, scope);
  if (type.kind === 'map' || type.kind === 'variant')
    throw new SqlError(
      'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE',
      '42K09',
      `Cannot resolve the sort order due to data type mismatch: The \`sortorder\` does not support ordering on type "${type.text}".`,
    );
  // An integer would be a place.
  return `(${sql})`;
}

/** The column that an integer literal in ORDER BY or GROUP BY stands for, from 1. @throws SqlError ORDER_BY_POS_OUT_OF_RANGE */
export function placeOf(expr: Expr, clause: 'ORDER BY' | 'GROUP BY', count: number): number | undefined {
  if (expr.kind !== 'number' || !/^\d+$/.test(expr.text)) return undefined;
  const place = Number(expr.text);
  if (place >= 1 && place <= count) return place;
  throw new SqlError(
    `${clause.replaceAll(' ', '_')}_POS_OUT_OF_RANGE`,
    '42805',
    `${clause} position ${place} is not in select list (valid range is [1, ${count}]).`,
  );
}
