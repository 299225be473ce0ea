import type { ColumnType } from '../../types/column-type.ts';
import { SqlError } from '../../sql-error.ts';
import type { Query, QueryBody, Relation } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import { castTo } from './cast.ts';
import { limitSql } from './limits.ts';
import { orderSql, outputScope } from './order.ts';
import type { AnalyzedQuery, CommonTables, OutputColumn } from './analyzed-query.ts';
import { renamed, type QueryContext } from './output.ts';
import type { AnalyzedRelation } from './analyzed-relation.ts';
import { analyzeRelation } from './relations.ts';
import { Scope } from './scope.ts';
import { analyzeSelect } from './select.ts';
import { commonTypeOf } from './type-coercion.ts';
import { valuesQuery } from './values.ts';

/** A query as DuckDB's SQL with its columns. */
export function analyzeQuery(
  query: Query,
  analyzer: Analyzer,
  outer: Scope | undefined,
  around: CommonTables = NONE,
): AnalyzedQuery {
  requireDistinct(query.with.map(({ name }) => name));
  const common = new Map(around);
  const heads: string[] = [];
  for (const { name, columns, query: inner } of query.with) {
    const analyzed = analyzeQuery(inner, analyzer, outer, common);
    const relation = analyzer.relationName();
    const named = renamed(analyzed.columns, columns);
    heads.push(`${relation}(${named.map(({ sql }) => sql).join(', ')}) AS (${analyzed.sql})`);
    common.set(name.toLowerCase(), { sql: relation, columns: named });
  }
  const context: QueryContext = {
    analyzer,
    outer,
    common,
    query: (within, scope) => analyzeQuery(within, analyzer, scope, common),
  };
  const analyzed = ordered(query, context);
  const head = heads.length > 0 ? `WITH ${heads.join(', ')} ` : '';
  return { sql: `${head}${analyzed.sql}${limitSql(query, analyzer, new Scope([], outer))}`, columns: analyzed.columns };
}

const NONE: CommonTables = new Map();

/** @throws {@link SqlError} DUPLICATED_CTE_NAMES */
function requireDistinct(names: readonly string[]): void {
  const lower = names.map((name) => name.toLowerCase());
  const twice = names.filter((_, index) => lower.indexOf(lower[index] ?? '') < index);
  if (twice.length === 0) return;
  throw new SqlError(
    'DUPLICATED_CTE_NAMES',
    '42602',
    `CTE definition can't have duplicate names: ${twice.map((name) => `\`${name}\``).join(', ')}.`,
  );
}

function ordered(query: Query, context: QueryContext): AnalyzedQuery {
  if (query.body.kind === 'select') return analyzeSelect(query.body, query, context);
  const body = analyzeBody(query.body, context);
  if (query.orderBy === undefined) return body;
  const relation = context.analyzer.relationName();
  const scope = outputScope(body.columns, relation, context);
  const order = orderSql(query, body.columns, scope, context.analyzer);
  return { sql: `SELECT * FROM (${body.sql}) AS ${relation}${order}`, columns: body.columns };
}

function analyzeBody(body: QueryBody, context: QueryContext): AnalyzedQuery {
  switch (body.kind) {
    case 'select':
      return analyzeSelect(body, undefined, context);
    case 'values':
      return valuesQuery(body.rows, body.alias?.columns ?? [], context);
    case 'table':
      return analyzeSelect(allOf(body.parts), undefined, context);
    case 'nested':
      return analyzeQuery(body.query, context.analyzer, context.outer, context.common);
    case 'set':
      return combined(body, context);
  }
}

const allOf = (parts: string[]): Extract<QueryBody, { kind: 'select' }> => ({
  kind: 'select',
  distinct: false,
  items: [{ value: { kind: 'star', qualifier: [], except: [] } }],
  from: [{ kind: 'table', parts, alias: undefined }],
  lateralViews: [],
  where: undefined,
  groupBy: undefined,
  having: undefined,
  qualify: undefined,
  windows: [],
});

/** UNION, INTERSECT, EXCEPT: both sides in the types that they have in common. */
function combined(body: Extract<QueryBody, { kind: 'set' }>, context: QueryContext): AnalyzedQuery {
  const left = analyzeBody(body.left, context);
  const right = analyzeBody(body.right, context);
  if (left.columns.length !== right.columns.length)
    throw new SqlError(
      'NUM_COLUMNS_MISMATCH',
      '42826',
      `${body.operator} can only be performed on inputs with the same number of columns, but the first input has ${left.columns.length} columns and the second input has ${right.columns.length} columns.`,
    );
  const columns = left.columns.map((column, index) => ({
    ...column,
    type: commonColumn(body.operator, column, right.columns[index] ?? column, index),
    nullable: column.nullable || (right.columns[index]?.nullable ?? true),
  }));
  if (!body.all) refuseMaps(columns);
  const sql = `${cast(left, columns)} ${body.operator}${body.all ? ' ALL' : ''} ${cast(right, columns)}`;
  return { sql, columns };
}

/** @throws {@link SqlError} UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE */
function refuseMaps(columns: readonly OutputColumn[]): void {
  const map = columns.find(({ type }) => type.kind === 'map');
  if (map === undefined) return;
  throw new SqlError(
    'UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE',
    '0A000',
    `The feature is not supported: Cannot have MAP type columns in DataFrame which calls set operations (INTERSECT, EXCEPT, etc.), but the type of column \`${map.name}\` is "${map.type.text}".`,
  );
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

function commonColumn(operator: string, left: OutputColumn, right: OutputColumn, index: number): ColumnType {
  const type = commonTypeOf(left.type, right.type);
  if (type !== undefined) return type;
  throw new SqlError(
    'INCOMPATIBLE_COLUMN_TYPE',
    '42825',
    `${operator} can only be performed on tables with compatible column types. The ${ORDINALS[index] ?? `${index + 1}th`} column of the second table is "${right.type.text}" type which is not compatible with "${left.type.text}" at the same column of the first table.`,
  );
}

function cast({ sql, columns }: AnalyzedQuery, targets: readonly OutputColumn[]): string {
  const items = columns.map((column, index) => {
    const target = targets[index] ?? column;
    const sqlOf = castTo({ ...column }, target.type).sql;
    return `${sqlOf} AS ${target.sql}`;
  });
  return `(SELECT ${items.join(', ')} FROM (${sql}))`;
}

/** A relation that stands alone, as the source of a MERGE does. */
export function analyzeSource(relation: Relation, analyzer: Analyzer): AnalyzedRelation {
  const query = (within: Query, scope: Scope | undefined): AnalyzedQuery => analyzeQuery(within, analyzer, scope, NONE);
  return analyzeRelation(relation, [], { analyzer, outer: undefined, common: NONE, query });
}
