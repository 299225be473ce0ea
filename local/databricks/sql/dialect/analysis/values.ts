import { SqlError } from '../../sql-error.ts';
import type { Expr } from '../syntax/ast.ts';
import { castTo, commonType } from './cast.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import type { Expression } from './expression.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';
import { distinctNames, type QueryContext } from './output.ts';
import { Scope } from './scope.ts';

/** An inline table: its columns have the types that their values have in common. */
export function valuesQuery(rows: readonly Expr[][], names: readonly string[], context: QueryContext): AnalyzedQuery {
  const scope = new Scope([], context);
  const values = rows.map((row) => row.map((expr) => context.analyzer.expression(expr, scope)));
  const width = values[0]?.length ?? 0;
  if (values.some((row) => row.length !== width) || (names.length > 0 && names.length !== width))
    throw new SqlError(
      'INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH',
      '42000',
      `Invalid inline table. Inline table expected ${names.length || width} columns but found ${values.find((row) => row.length !== (names.length || width))?.length ?? width} columns.`,
    );
  const columns = distinctNames(
    Array.from({ length: width }, (_, index) => {
      const column = values.map((row) => row[index]).filter((value): value is Expression => value !== undefined);
      const name = names[index] ?? `col${index + 1}`;
      return { name, type: commonType(column, `values(${name})`), nullable: column.some(({ nullable }) => nullable) };
    }),
  );
  const texts = values.map(
    (row) => `(${row.map((value, index) => stored(value, columns[index]?.type ?? value.type)).join(', ')})`,
  );
  const relation = context.analyzer.relationName();
  const sql = `SELECT * FROM (VALUES ${texts.join(', ')}) AS ${relation}(${columns.map((column) => column.sql).join(', ')})`;
  return { sql, columns };
}

const stored = (value: Expression, type: Expression['type']): string =>
  `CAST(${castTo(value, type).sql} AS ${duckdbType(type)})`;
