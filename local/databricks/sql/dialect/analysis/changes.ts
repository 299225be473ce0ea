import type { ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { quoteIdentifier } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { Assignment, Expr, Statement } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import { castTo } from './cast.ts';
import { condition } from './conditions.ts';
import type { Expression } from './expression.ts';
import type { OutputColumn } from './analyzed-query.ts';
import { scopeColumns } from './output.ts';
import { Scope } from './scope.ts';
import type { Table } from './tables.ts';

type Change<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** SQL that changes rows, and what has to run before and after it in the same transaction. */
export interface AnalyzedChange {
  sql: string;
  before?: string[];
  after?: string[];
}

/** A value as a column stores it: what cannot be cast to the column's type under ANSI rules is refused. */
export function storedAs(value: Expression, column: { name: string; type: ColumnType }): string {
  return `CAST(${castTo(value, column.type).sql} AS ${duckdbType(column.type)})`;
}

const outputs = (table: Table): OutputColumn[] =>
  table.columns.map((column) => ({ ...column, sql: quoteIdentifier(column.name), nullable: true }));

function columnOf(table: Table, name: string): OutputColumn {
  const found = outputs(table).find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new SqlError(
    'UNRESOLVED_COLUMN.WITH_SUGGESTION',
    '42703',
    `A column, variable, or function parameter with name \`${name}\` cannot be resolved. Did you mean one of the following? [${table.columns
      .slice(0, 5)
      .map((column) => `\`${column.name}\``)
      .join(', ')}].`,
  );
}

/** INSERT. */
export function insert(statement: Change<'insert'>, analyzer: Analyzer): AnalyzedChange {
  const table = analyzer.tables(statement.table);
  const { sql, columns } = analyzer.query(statement.query);
  const targets = insertTargets(statement, table, columns);
  const items = targets.map((target, index) => {
    const source = statement.byName
      ? columns.find(({ name }) => name.toLowerCase() === target.name.toLowerCase())
      : columns[index];
    if (source === undefined) throw arityMismatch(table, targets.length, columns.length);
    return `${storedAs({ ...source }, target)} AS ${target.sql}`;
  });
  const change = `INSERT INTO ${table.sql} (${targets.map((target) => target.sql).join(', ')}) SELECT ${items.join(', ')} FROM (${sql})`;
  return statement.overwrite ? overwriting(table, change) : { sql: change };
}

/** The rows there were go last, since the query of INSERT OVERWRITE may read them. */
function overwriting(table: Table, sql: string): AnalyzedChange {
  if (table.columns.some(({ name }) => name.toLowerCase() === 'rowid'))
    throw unsupported('INSERT OVERWRITE of a table with a column rowid');
  return {
    before: [`CREATE TEMP TABLE ${FORMER_ROWS} AS SELECT rowid AS place FROM ${table.sql}`],
    sql,
    after: [`DELETE FROM ${table.sql} WHERE rowid IN (SELECT place FROM ${FORMER_ROWS})`, `DROP TABLE ${FORMER_ROWS}`],
  };
}
const FORMER_ROWS = 'temp.main.former_rows';

function insertTargets(statement: Change<'insert'>, table: Table, columns: readonly OutputColumn[]): OutputColumn[] {
  if (statement.byName) return columns.map(({ name }) => columnOf(table, name));
  const targets =
    statement.columns.length > 0 ? statement.columns.map((name) => columnOf(table, name)) : outputs(table);
  const twice = targets.find((target, index) => targets.findIndex(({ name }) => name === target.name) < index);
  if (twice !== undefined)
    throw new SqlError(
      'COLUMN_ALREADY_EXISTS',
      '42711',
      `The column \`${twice.name}\` already exists. Choose another name or rename the existing column.`,
    );
  if (targets.length !== columns.length) throw arityMismatch(table, targets.length, columns.length);
  return targets;
}

function arityMismatch(table: Table, expected: number, found: number): SqlError {
  const kind = found > expected ? 'TOO_MANY_DATA_COLUMNS' : 'NOT_ENOUGH_DATA_COLUMNS';
  return new SqlError(
    `INSERT_COLUMN_ARITY_MISMATCH.${kind}`,
    '21S01',
    `Cannot write to ${table.qualifier.map((part) => `\`${part}\``).join('.')}, the reason is ${found > expected ? 'too many' : 'not enough'} data columns: Table columns: ${expected}. Data columns: ${found}.`,
  );
}

/** UPDATE. */
export function update(statement: Change<'update'>, analyzer: Analyzer): AnalyzedChange {
  const { target, scope, table } = changed(statement, analyzer);
  const sets = assignmentsSql(statement.assignments, table, scope, analyzer);
  const where = statement.where !== undefined ? ` WHERE ${condition(statement.where, scope, analyzer, 'WHERE')}` : '';
  return { sql: `UPDATE ${target} SET ${sets}${where}` };
}

/** DELETE. */
export function deleteRows(statement: Change<'delete'>, analyzer: Analyzer): AnalyzedChange {
  const { target, scope } = changed(statement, analyzer);
  const where = statement.where !== undefined ? ` WHERE ${condition(statement.where, scope, analyzer, 'WHERE')}` : '';
  return { sql: `DELETE FROM ${target}${where}` };
}

/** The table that a statement changes, under a name of its own. */
function changed({ table: parts, alias }: { table: string[]; alias: string | undefined }, analyzer: Analyzer) {
  const table = analyzer.tables(parts);
  const relation = analyzer.relationName();
  const scope = new Scope(scopeColumns(outputs(table), relation, alias === undefined ? table.qualifier : [alias]));
  return { table, relation, scope, target: `${table.sql} AS ${relation}` };
}

function assignmentsSql(assignments: readonly Assignment[], table: Table, scope: Scope, analyzer: Analyzer): string {
  return assignments
    .map(({ column, value }) => {
      const target = columnOf(table, column.at(-1) ?? '');
      return `${target.sql} = ${storedAs(valueOf(value, scope, analyzer), target)}`;
    })
    .join(', ');
}

function valueOf(value: Expr, scope: Scope, analyzer: Analyzer): Expression {
  if (value.kind === 'column' && value.parts.length === 1 && value.parts[0]?.toUpperCase() === 'DEFAULT')
    throw unsupported('DEFAULT as a value');
  return analyzer.expression(value, scope);
}
