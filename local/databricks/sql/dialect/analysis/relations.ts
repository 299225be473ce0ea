import { types, type ColumnType } from '../../types/column-type.ts';
import { quoteIdentifier } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { Call, Relation } from '../syntax/ast.ts';
import type { AnalyzedRelation } from './analyzed-relation.ts';
import { castTo } from './cast.ts';
import { generatorOf, type Generated } from './generators.ts';
import { joined } from './joins.ts';
import type { OutputColumn } from './analyzed-query.ts';
import { renamed, scopeColumns, type QueryContext } from './output.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { valuesQuery } from './values.ts';

/** A relation; a lateral one sees the columns to its left. */
export function analyzeRelation(
  relation: Relation,
  left: readonly ScopeColumn[],
  context: QueryContext,
): AnalyzedRelation {
  switch (relation.kind) {
    case 'table':
      return table(relation, context);
    case 'derived': {
      const outer = relation.lateral ? new Scope(left, context) : context.outer;
      const { sql, columns } = context.query(relation.query, outer);
      return named(`${relation.lateral ? 'LATERAL ' : ''}(${sql})`, columns, relation.alias, context);
    }
    case 'values': {
      const { sql, columns } = valuesQuery(relation.rows, relation.alias?.columns ?? [], context);
      return named(
        `(${sql})`,
        columns,
        relation.alias === undefined ? undefined : { ...relation.alias, columns: [] },
        context,
      );
    }
    case 'function':
      return tableFunction(relation, left, context);
    case 'join': {
      const first = analyzeRelation(relation.left, left, context);
      const second = analyzeRelation(relation.right, [...left, ...first.columns], context);
      return joined(relation, first, second, context);
    }
  }
}

/** A query under a name of its own, with the columns that its alias gives. */
function named(
  sql: string,
  columns: readonly OutputColumn[],
  alias: { name: string; columns: string[] } | undefined,
  context: QueryContext,
): AnalyzedRelation {
  const relation = context.analyzer.relationName();
  const renamedColumns = renamed(columns, alias?.columns ?? []);
  return {
    sql: `${sql} AS ${relation}(${renamedColumns.map((column) => column.sql).join(', ')})`,
    columns: scopeColumns(renamedColumns, relation, alias !== undefined ? [alias.name] : []),
  };
}

function table({ parts, alias }: Extract<Relation, { kind: 'table' }>, context: QueryContext): AnalyzedRelation {
  const common = parts.length === 1 ? context.common.get((parts[0] ?? '').toLowerCase()) : undefined;
  const own = { name: parts.at(-1) ?? '', columns: [] };
  if (common !== undefined) return named(`(SELECT * FROM ${common.sql})`, common.columns, alias ?? own, context);
  const found = context.analyzer.tables(parts);
  const relation = context.analyzer.relationName();
  const columns = renamedTable(found.columns, alias?.columns ?? []);
  const qualifier = alias !== undefined ? [alias.name] : found.qualifier;
  return {
    sql: `${found.sql} AS ${relation}(${columns.map((column) => column.sql).join(', ')})`,
    columns: scopeColumns(columns, relation, qualifier),
  };
}

const renamedTable = (
  columns: readonly { name: string; type: ColumnType }[],
  names: readonly string[],
): OutputColumn[] =>
  renamed(
    columns.map((column) => ({ ...column, sql: quoteIdentifier(column.name), nullable: true })),
    names,
  );

/** `range(…)`, and generators in FROM. */
function tableFunction(
  relation: Extract<Relation, { kind: 'function' }>,
  left: readonly ScopeColumn[],
  context: QueryContext,
): AnalyzedRelation {
  const { call, alias } = relation;
  const name = (call.name.at(-1) ?? '').toLowerCase();
  if (name === 'range') return range(call, alias, context);
  const scope = new Scope(left, context);
  const { sql, columns } = generatedBy(call, scope, context, false);
  return named(`LATERAL (${sql})`, columns, alias, context);
}

/** The rows of a generator's call. */
export function generatedBy(
  call: Call,
  scope: Scope,
  context: QueryContext,
  outer: boolean,
): Generated & { outer: boolean } {
  const name = (call.name.at(-1) ?? '').toLowerCase();
  const generator = generatorOf(name);
  const [argument, ...others] = call.args;
  if (argument === undefined || others.length > 0 || argument.name !== undefined)
    throw unsupported(`${name} with these arguments`);
  const isOuter = outer || generator.outer;
  return { ...generator.make(context.analyzer.expression(argument.value, scope), isOuter), outer: isOuter };
}

const RANGE_ARGUMENTS = 3;

function range(
  call: Call,
  alias: { name: string; columns: string[] } | undefined,
  context: QueryContext,
): AnalyzedRelation {
  const scope = new Scope([], context);
  if (call.args.length === 0 || call.args.length > RANGE_ARGUMENTS + 1)
    throw new SqlError(
      'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
      '42605',
      `The \`range\` requires [1, 2, 3, 4] parameters but the actual number is ${call.args.length}.`,
    );
  const args = call.args
    .slice(0, RANGE_ARGUMENTS)
    .map(({ value }) => castTo(context.analyzer.expression(value, scope), types.bigint).sql);
  const columns = [{ name: 'id', sql: '"id"', type: types.bigint, nullable: false }];
  return named(`range(${args.join(', ')})`, columns, alias ?? { name: 'range', columns: [] }, context);
}
