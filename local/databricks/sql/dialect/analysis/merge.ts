import { quoteIdentifier } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';
import type { Assignment, MergeClause, Statement } from '../syntax/ast.ts';
import { failure } from '../functions/failures.ts';
import type { Analyzer } from './analyzer.ts';
import { storedAs, type AnalyzedChange } from './changes.ts';
import { condition } from './conditions.ts';
import { analyzeSource } from './query.ts';
import type { OutputColumn } from './analyzed-query.ts';
import { scopeColumns } from './output.ts';
import { Scope, type ScopeColumn } from './scope.ts';

type Merge = Extract<Statement, { kind: 'merge' }>;

interface Sides {
  analyzer: Analyzer;
  target: readonly OutputColumn[];
  source: readonly ScopeColumn[];
  /** The scope of conditions and assignments where both sides are there. */
  both: Scope;
  /** That of rows of the source alone, and of rows of the target alone. */
  sourceOnly: Scope;
  targetOnly: Scope;
}

/** MERGE. `*` stands for the target's columns, read from the source by their names. */
export function merge(statement: Merge, analyzer: Analyzer): AnalyzedChange {
  const table = analyzer.tables(statement.table);
  const relation = analyzer.relationName();
  const target = table.columns.map((column) => ({ ...column, sql: quoteIdentifier(column.name), nullable: true }));
  const qualifier = statement.alias === undefined ? table.qualifier : [statement.alias];
  const targetColumns = scopeColumns(target, relation, qualifier);
  const source = analyzeSource(statement.source, analyzer);
  const sides: Sides = {
    analyzer,
    target,
    source: source.columns,
    both: new Scope([...targetColumns, ...source.columns]),
    sourceOnly: new Scope(source.columns),
    targetOnly: new Scope(targetColumns),
  };
  const on = condition(statement.on, sides.both, analyzer, 'ON');
  const clauses = statement.clauses.map((clause) => clauseSql(clause, sides));
  const before = ambiguousMatches(
    statement,
    `${table.sql} AS ${relation} JOIN ${source.sql} ON ${on}`,
    relation,
    sides,
  );
  const sql = `MERGE INTO ${table.sql} AS ${relation} USING ${source.sql} ON ${on} ${clauses.join(' ')}`;
  return before === undefined ? { sql } : { sql, before: [before] };
}

/**
 * A query that fails when several rows of the source change one row of the target. Rows that are only deleted may match
 * several times.
 */
function ambiguousMatches({ clauses }: Merge, joined: string, relation: string, sides: Sides): string | undefined {
  const matched = clauses.filter(({ match }) => match === 'MATCHED');
  const [only] = matched;
  const isDeletion = matched.length === 1 && only?.action.kind === 'delete' && only.condition === undefined;
  if (only === undefined || isDeletion) return undefined;
  const tests = matched.map(({ condition: test }) =>
    test !== undefined ? condition(test, sides.both, sides.analyzer, 'ON') : 'true',
  );
  const twice = `SELECT 1 FROM ${joined} WHERE ${tests.join(' OR ')} GROUP BY ${relation}.rowid HAVING count(*) > 1`;
  return `SELECT CASE WHEN count(*) > 0 THEN ${AMBIGUOUS} END FROM (${twice})`;
}

const AMBIGUOUS = failure(
  'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE',
  '21506',
  'Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta table in possibly conflicting ways. By SQL semantics of Merge, when multiple source rows match on the same target row, the result may be ambiguous as it is unclear which source row should be used to update or delete the matching target row. You can preprocess the source table to eliminate the possibility of multiple matches.',
);

const WORDS = {
  MATCHED: 'MATCHED',
  'NOT MATCHED': 'NOT MATCHED BY TARGET',
  'NOT MATCHED BY SOURCE': 'NOT MATCHED BY SOURCE',
};

function clauseSql({ match, condition: test, action }: MergeClause, sides: Sides): string {
  const scope = match === 'MATCHED' ? sides.both : match === 'NOT MATCHED' ? sides.sourceOnly : sides.targetOnly;
  const and = test !== undefined ? ` AND ${condition(test, scope, sides.analyzer, 'ON')}` : '';
  return `WHEN ${WORDS[match]}${and} THEN ${actionSql(action, scope, sides)}`;
}

function actionSql(action: MergeClause['action'], scope: Scope, sides: Sides): string {
  switch (action.kind) {
    case 'delete':
      return 'DELETE';
    case 'update': {
      const assignments = action.assignments === 'all' ? allAssignments(sides) : action.assignments;
      const allScope = action.assignments === 'all' ? sides.sourceOnly : scope;
      const sets = assignments.map(({ column, value }) => {
        const target = targetOf(column, sides);
        return `${target.sql} = ${storedAs(sides.analyzer.expression(value, allScope), target)}`;
      });
      return `UPDATE SET ${sets.join(', ')}`;
    }
    case 'insert':
      return insertSql(action, scope, sides);
  }
}

const allAssignments = ({ target }: Sides): Assignment[] =>
  target.map(({ name }) => ({ column: [name], value: { kind: 'column', parts: [name] } }));

function insertSql(action: Extract<MergeClause['action'], { kind: 'insert' }>, scope: Scope, sides: Sides): string {
  const values = action.values === 'all' ? allAssignments(sides).map(({ value }) => value) : action.values;
  const names = action.columns.length > 0 ? action.columns : sides.target.map(({ name }) => name);
  if (names.length !== values.length)
    throw new SqlError(
      'INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS',
      '21S01',
      `Cannot write to the target, the reason is that ${names.length} columns have ${values.length} values.`,
    );
  const targets = names.map((name) => targetOf([name], sides));
  const items = values.map((value, index) => {
    const target = targets[index];
    if (target === undefined) throw new TypeError('A column has no value.');
    return storedAs(sides.analyzer.expression(value, scope), target);
  });
  return `INSERT (${targets.map(({ sql }) => sql).join(', ')}) VALUES (${items.join(', ')})`;
}

function targetOf(column: readonly string[], { target }: Sides): OutputColumn {
  const name = column.at(-1) ?? '';
  const found = target.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const known = target.slice(0, 5).map((each) => `\`${each.name}\``);
  throw new SqlError(
    'UNRESOLVED_COLUMN.WITH_SUGGESTION',
    '42703',
    `A column, variable, or function parameter with name \`${name}\` cannot be resolved. Did you mean one of the following? [${known.join(', ')}].`,
  );
}
