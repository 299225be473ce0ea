import { duckdbType } from '../../types/duckdb-type.ts';
import type { Expr, GroupBy, LateralView, Query, Select, SelectItem } from '../syntax/ast.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { condition } from './conditions.ts';
import type { Expression } from './expression.ts';
import { GENERATORS } from './generators.ts';
import { orderSql, outputScope, placeOf } from './order.ts';
import type { AnalyzedQuery } from './analyzed-query.ts';
import { distinctNames, renamed, scopeColumns, type QueryContext } from './output.ts';
import type { AnalyzedRelation } from './analyzed-relation.ts';
import { analyzeRelation, generatedBy } from './relations.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { starColumns } from './stars.ts';

interface Item {
  name: string;
  expression: Expression;
  expr: Expr | undefined;
}

/** A SELECT with the ORDER BY of its query. */
export function analyzeSelect(select: Select, query: Query | undefined, context: QueryContext): AnalyzedQuery {
  const { analyzer } = context;
  const generators = select.items.filter(isGenerator);
  const from = fromClause(select, generators, context);
  const scope = new Scope(from.columns, context);
  for (const { name, window } of select.windows) scope.windows.set(name.toLowerCase(), window);
  const where =
    select.where !== undefined
      ? ` WHERE ${condition(select.where, new Scope(from.columns, context), analyzer, 'WHERE')}`
      : '';
  const items = itemsOf(select.items, from, scope, context);
  const columns = distinctNames(
    items.map(({ name, expression }) => ({ name, type: expression.type, nullable: expression.nullable })),
  );
  const groups = groupSql(select.groupBy, items, scope, context);
  const having = select.having !== undefined ? ` HAVING ${condition(select.having, scope, analyzer, 'HAVING')}` : '';
  const qualify =
    select.qualify !== undefined ? ` QUALIFY ${condition(select.qualify, scope, analyzer, 'QUALIFY')}` : '';
  const list = items.map(({ expression }, index) => `${stored(expression)} AS ${columns[index]?.sql ?? ''}`);
  const body = `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list.join(', ')}${from.sql}${where}${groups}${having}${qualify}`;
  if (query?.orderBy === undefined) return { sql: body, columns };
  if (!select.distinct) return { sql: `${body}${orderSql(query, columns, scope, analyzer)}`, columns };
  const relation = analyzer.relationName();
  const order = orderSql(query, columns, outputScope(columns, relation, context), analyzer);
  return { sql: `SELECT * FROM (${body}) AS ${relation}${order}`, columns };
}

const stored = ({ sql, type }: Expression): string =>
  type.kind === 'void' ? `CAST(${sql} AS ${duckdbType(type)})` : sql;

function isGenerator({ value }: SelectItem): boolean {
  return value.kind === 'call' && Object.hasOwn(GENERATORS, (value.name.at(-1) ?? '').toLowerCase());
}

interface From extends AnalyzedRelation {
  /** What the generators of the SELECT list make, in their order. */
  generated: ScopeColumn[][];
}

function fromClause(select: Select, generators: SelectItem[], context: QueryContext): From {
  let sql = '';
  const columns: ScopeColumn[] = [];
  for (const relation of select.from) {
    const analyzed = analyzeRelation(relation, [...columns], context);
    sql += `${sql === '' ? ' FROM ' : ', '}${analyzed.sql}`;
    columns.push(...analyzed.columns);
  }
  for (const view of select.lateralViews) {
    const joined = lateralView(view, columns, context);
    sql += joined.sql;
    columns.push(...joined.columns);
  }
  const generated: ScopeColumn[][] = [];
  if (generators.length > 1) throw unsupported('Several generators in one SELECT');
  for (const { value, alias, aliases } of generators) {
    if (value.kind !== 'call') continue;
    const names = aliases ?? (alias === undefined ? [] : [alias]);
    if (select.groupBy !== undefined) throw unsupported('A generator beside GROUP BY');
    const view = { outer: false, call: value, table: '', columns: names };
    const joined = lateralView(view, columns, context);
    sql += sql === '' ? ` FROM (SELECT 1)${joined.sql}` : joined.sql;
    generated.push([...joined.columns]);
  }
  return { sql, columns, generated };
}

function lateralView(view: LateralView, left: readonly ScopeColumn[], context: QueryContext): AnalyzedRelation {
  const generated = generatedBy(view.call, new Scope(left, context), context, view.outer);
  const relation = context.analyzer.relationName();
  const columns = renamed(generated.columns, view.columns);
  const join = generated.outer ? 'LEFT JOIN' : 'JOIN';
  return {
    sql: ` ${join} LATERAL (${generated.sql}) AS ${relation}(${columns.map((column) => column.sql).join(', ')}) ON true`,
    columns: scopeColumns(columns, relation, [view.table]),
  };
}

/** The items of the SELECT list, stars spread; each may use the names of those before it. */
function itemsOf(items: readonly SelectItem[], from: From, scope: Scope, { analyzer }: QueryContext): Item[] {
  const generated = [...from.generated];
  return items.flatMap((item): Item[] => {
    if (item.value.kind === 'star')
      return starColumns(item.value, scope).map((expression) => ({
        name: expression.name,
        expression,
        expr: undefined,
      }));
    if (isGenerator(item))
      return (generated.shift() ?? []).map((column) => ({
        name: column.name,
        expression: { ...column },
        expr: undefined,
      }));
    const expression = analyzer.expression(item.value, scope);
    const name = item.alias ?? expression.title ?? expression.name;
    if (item.alias !== undefined) scope.aliases.set(item.alias.toLowerCase(), expression);
    return [{ name, expression, expr: item.value }];
  });
}

function groupSql(groupBy: GroupBy | undefined, items: readonly Item[], scope: Scope, context: QueryContext): string {
  if (groupBy === undefined) return '';
  if (groupBy.kind === 'all') {
    const keys = items
      .filter(({ expression }) => !isAggregate(expression))
      .map(({ expression }) => `(${expression.sql})`);
    return keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : '';
  }
  const key = (expr: Expr): string => `(${groupKey(expr, items, scope, context)})`;
  if (groupBy.kind === 'keys') return ` GROUP BY ${groupBy.keys.map(key).join(', ')}`;
  return ` GROUP BY GROUPING SETS (${groupBy.sets.map((set) => `(${set.map(key).join(', ')})`).join(', ')})`;
}

const isAggregate = ({ aggregates }: Expression): boolean => aggregates === true;

function groupKey(expr: Expr, items: readonly Item[], scope: Scope, { analyzer }: QueryContext): string {
  const place = placeOf(expr, 'GROUP BY', items.length);
  const placed = place === undefined ? undefined : items[place - 1];
  if (placed !== undefined) {
    if (isAggregate(placed.expression))
      throw new SqlError(
        'GROUP_BY_POS_AGGREGATE',
        '42903',
        `GROUP BY ${place} refers to an expression ${placed.expression.name} that contains an aggregate function. Aggregate functions are not allowed in GROUP BY.`,
      );
    return placed.expression.sql;
  }
  const { sql, type } = analyzer.expression(expr, scope);
  if (type.kind === 'map' || type.kind === 'variant')
    throw new SqlError(
      'GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE',
      '42822',
      `The expression cannot be used as a grouping expression because its data type "${type.text}" is not an orderable data type.`,
    );
  return sql;
}
