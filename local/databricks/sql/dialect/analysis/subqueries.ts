import { types } from '../../types/column-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { castTo, commonType } from './cast.ts';
import type { Expression } from './expression.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';

/** A query in the place of a value. @throws SqlError INVALID_SUBQUERY_EXPRESSION */
export function scalarQuery({ sql, columns }: AnalyzedQuery): Expression {
  const [column] = columns;
  if (column === undefined || columns.length > 1)
    throw new SqlError(
      'INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN',
      '42823',
      `Invalid subquery: Scalar subquery must return only one column, but got ${columns.length}.`,
    );
  return { sql: `(${sql})`, type: column.type, nullable: true, name: 'scalarsubquery()', title: column.name };
}

/** EXISTS. */
export function existsQuery({ sql }: AnalyzedQuery): Expression {
  return { sql: `EXISTS (${sql})`, type: types.boolean, nullable: false, name: 'exists()' };
}

/** IN with a query. @throws SqlError DATATYPE_MISMATCH */
export function inQuery(operand: Expression, { sql, columns }: AnalyzedQuery): Expression {
  const [column] = columns;
  if (column === undefined || columns.length > 1) throw unsupported('IN with a query of several columns');
  const name = `(${operand.name} IN (listquery()))`;
  const inner: Expression = { sql: column.sql, type: column.type, nullable: column.nullable, name: column.name };
  const type = commonType([operand, inner], name);
  const query = `SELECT ${castTo(inner, type).sql} FROM (${sql})`;
  return {
    sql: `(${castTo(operand, type).sql} IN (${query}))`,
    type: types.boolean,
    nullable: operand.nullable || column.nullable,
    name,
  };
}
