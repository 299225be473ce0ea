import { unsupported } from '../../sql-error.ts';
import type { Assignment, Expr, MergeAction, MergeClause, Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { startsQuery } from './query-start.ts';
import { nameIn, qualifiedNameIn } from './names.ts';
import { relationIn } from './parse-relation.ts';

/** A statement whose expressions matter; undefined for one of another sort. */
export function statementIn(cursor: Cursor): Statement | undefined {
  if (startsQuery(cursor, 0)) return { kind: 'query', query: cursor.query() };
  if (cursor.isWord('INSERT')) return insertIn(cursor);
  if (cursor.takeWords('UPDATE')) return updateIn(cursor);
  if (cursor.takeWords('DELETE', 'FROM')) return deleteIn(cursor);
  if (cursor.takeWords('MERGE')) return mergeIn(cursor);
  return undefined;
}

const targetIn = (cursor: Cursor): string[] => {
  const parts = qualifiedNameIn(cursor);
  cursor.tables.push(parts);
  return parts;
};

function insertIn(cursor: Cursor): Statement {
  cursor.expectWords('INSERT');
  const overwrite = cursor.takeOneOf('INTO', 'OVERWRITE') === 'OVERWRITE';
  if (cursor.isWord('DIRECTORY') || cursor.isWords('LOCAL', 'DIRECTORY'))
    throw unsupported('INSERT OVERWRITE DIRECTORY');
  cursor.takeWords('TABLE');
  const table = targetIn(cursor);
  for (const word of ['PARTITION', 'REPLACE', 'WITH'])
    if (cursor.isWord(word) && !startsQuery(cursor, 0)) throw unsupported(`INSERT … ${word}`);
  const byName = cursor.takeWords('BY', 'NAME');
  const columns = cursor.isSymbol('(') && !startsQuery(cursor, 1) ? cursor.parenthesised(() => nameIn(cursor)) : [];
  return { kind: 'insert', table, overwrite, columns, byName, query: cursor.query() };
}

function aliasIn(cursor: Cursor, ...ends: string[]): string | undefined {
  const { kind } = cursor.peek();
  if (!cursor.takeWords('AS') && (kind === 'end' || ends.some((word) => cursor.isWord(word)))) return undefined;
  return nameIn(cursor);
}

function updateIn(cursor: Cursor): Statement {
  const table = targetIn(cursor);
  const alias = aliasIn(cursor, 'SET');
  cursor.expectWords('SET');
  const assignments = cursor.list(() => assignmentIn(cursor));
  return { kind: 'update', table, alias, assignments, where: whereIn(cursor) };
}

function deleteIn(cursor: Cursor): Statement {
  const table = targetIn(cursor);
  const alias = aliasIn(cursor, 'WHERE');
  return { kind: 'delete', table, alias, where: whereIn(cursor) };
}

const whereIn = (cursor: Cursor): Expr | undefined => (cursor.takeWords('WHERE') ? cursor.expression() : undefined);

function assignmentIn(cursor: Cursor): Assignment {
  const column = qualifiedNameIn(cursor);
  cursor.expectSymbol('=');
  return { column, value: cursor.expression() };
}

function mergeIn(cursor: Cursor): Statement {
  if (cursor.isWord('WITH')) throw unsupported('MERGE WITH SCHEMA EVOLUTION');
  cursor.expectWords('INTO');
  const table = targetIn(cursor);
  const alias = aliasIn(cursor, 'USING');
  cursor.expectWords('USING');
  const source = relationIn(cursor);
  cursor.expectWords('ON');
  const on = cursor.expression();
  const clauses: MergeClause[] = [];
  while (cursor.takeWords('WHEN')) clauses.push(mergeClauseIn(cursor));
  if (clauses.length === 0) throw cursor.unexpected();
  return { kind: 'merge', table, alias, source, on, clauses };
}

function mergeClauseIn(cursor: Cursor): MergeClause {
  const isNot = cursor.takeWords('NOT');
  cursor.expectWords('MATCHED');
  const bySource = isNot && cursor.takeWords('BY', 'SOURCE');
  if (isNot && !bySource) cursor.takeWords('BY', 'TARGET');
  const match = !isNot ? 'MATCHED' : bySource ? 'NOT MATCHED BY SOURCE' : 'NOT MATCHED';
  const condition = cursor.takeWords('AND') ? cursor.expression() : undefined;
  cursor.expectWords('THEN');
  return { match, condition, action: mergeActionIn(cursor) };
}

function mergeActionIn(cursor: Cursor): MergeAction {
  if (cursor.takeWords('DELETE')) return { kind: 'delete' };
  if (cursor.takeWords('UPDATE')) {
    cursor.expectWords('SET');
    return { kind: 'update', assignments: cursor.takeSymbol('*') ? 'all' : cursor.list(() => assignmentIn(cursor)) };
  }
  cursor.expectWords('INSERT');
  if (cursor.takeSymbol('*')) return { kind: 'insert', columns: [], values: 'all' };
  const columns = cursor.isSymbol('(') ? cursor.parenthesised(() => qualifiedNameIn(cursor).at(-1) ?? '') : [];
  cursor.expectWords('VALUES');
  return { kind: 'insert', columns, values: cursor.parenthesised(() => cursor.expression()) };
}
