import { unsupported } from '../../sql-error.ts';
import type { Expr, JoinKind, LateralView, Relation, TableAlias } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { startsQuery } from './query-start.ts';
import { aliasIn, nameIn, qualifiedNameIn } from './names.ts';
import { callIn } from './parse-call.ts';

/** A relation of FROM with its joins. */
export function relationIn(cursor: Cursor): Relation {
  let left = primaryRelationIn(cursor);
  for (;;) {
    const joined = joinIn(cursor, left);
    if (joined === undefined) return left;
    left = joined;
  }
}

function joinIn(cursor: Cursor, left: Relation): Relation | undefined {
  const mark = cursor.mark();
  const natural = cursor.takeWords('NATURAL');
  const join = joinKindIn(cursor);
  if (!cursor.takeWords('JOIN')) {
    cursor.rewind(mark);
    return undefined;
  }
  const right = primaryRelationIn(cursor);
  const on = cursor.takeWords('ON') ? cursor.expression() : undefined;
  const using = on === undefined && cursor.takeWords('USING') ? cursor.parenthesised(() => nameIn(cursor)) : [];
  return { kind: 'join', join, natural, left, right, on, using };
}

function joinKindIn(cursor: Cursor): JoinKind {
  if (cursor.takeWords('SEMI')) return 'SEMI';
  if (cursor.takeWords('ANTI')) return 'ANTI';
  const word = cursor.takeOneOf('INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL');
  if (word === 'LEFT' && cursor.takeWords('SEMI')) return 'SEMI';
  if (word === 'LEFT' && cursor.takeWords('ANTI')) return 'ANTI';
  if (word === 'LEFT' || word === 'RIGHT' || word === 'FULL') cursor.takeWords('OUTER');
  return word ?? 'INNER';
}

function primaryRelationIn(cursor: Cursor): Relation {
  const lateral = cursor.takeWords('LATERAL');
  const relation = unaliasedIn(cursor, lateral);
  for (const word of ['PIVOT', 'UNPIVOT', 'TABLESAMPLE', 'MATCH_RECOGNIZE'])
    if (cursor.isWord(word) && (cursor.isSymbol('(', 1) || word === 'UNPIVOT')) throw unsupported(word);
  return relation;
}

function unaliasedIn(cursor: Cursor, lateral: boolean): Relation {
  if (cursor.isSymbol('(') && startsQuery(cursor, 1)) {
    const query = cursor.nestedQuery();
    refuseSample(cursor);
    return { kind: 'derived', query, alias: tableAliasIn(cursor), lateral };
  }
  if (cursor.takeSymbol('(')) {
    const relation = relationIn(cursor);
    cursor.expectSymbol(')');
    if (tableAliasIn(cursor) !== undefined) throw unsupported('An alias of a join in parentheses');
    return relation;
  }
  if (cursor.takeWords('VALUES')) {
    const rows = cursor.list(() => rowIn(cursor));
    return { kind: 'values', rows, alias: tableAliasIn(cursor) };
  }
  return namedIn(cursor, lateral);
}

function namedIn(cursor: Cursor, lateral: boolean): Relation {
  if (cursor.isWord('STREAM')) throw unsupported('STREAM');
  const parts = qualifiedNameIn(cursor);
  if (cursor.isSymbol('(')) {
    const call = callIn(cursor, parts);
    return { kind: 'function', call, alias: tableAliasIn(cursor), lateral };
  }
  if (lateral) throw cursor.unexpected();
  refuseTimeTravel(cursor);
  refuseSample(cursor);
  cursor.tables.push(parts);
  return { kind: 'table', parts, alias: tableAliasIn(cursor) };
}

function refuseSample(cursor: Cursor): void {
  if (cursor.isWord('TABLESAMPLE')) throw unsupported('TABLESAMPLE');
}

function refuseTimeTravel(cursor: Cursor): void {
  const travels =
    cursor.isSymbol('@') ||
    cursor.isWords('VERSION', 'AS', 'OF') ||
    cursor.isWords('TIMESTAMP', 'AS', 'OF') ||
    (cursor.isWord('FOR') && (cursor.isWord('VERSION', 1) || cursor.isWord('TIMESTAMP', 1)));
  if (travels) throw unsupported('Time travel');
}

/** `[AS] alias [(columns)]`. */
export function tableAliasIn(cursor: Cursor): TableAlias | undefined {
  if (!cursor.isWord('PIVOT') && !cursor.isWord('UNPIVOT')) {
    const name = cursor.takeWords('AS') ? nameIn(cursor) : aliasIn(cursor);
    if (name === undefined) return undefined;
    return { name, columns: cursor.isSymbol('(') ? cursor.parenthesised(() => nameIn(cursor)) : [] };
  }
  return undefined;
}

/** A row of VALUES: with or without parentheses. */
export function rowIn(cursor: Cursor): Expr[] {
  const value = cursor.expression();
  return value.kind === 'tuple' ? value.items : [value];
}

/** Reads the LATERAL VIEWs of a FROM. @throws {@link UnexpectedToken} */
export function lateralViewsIn(cursor: Cursor): LateralView[] {
  const views: LateralView[] = [];
  while (cursor.takeWords('LATERAL', 'VIEW')) {
    const outer = cursor.takeWords('OUTER');
    const call = callIn(cursor, [nameIn(cursor)]);
    const table = cursor.isWord('AS') ? '' : (aliasIn(cursor) ?? '');
    const columns = cursor.takeWords('AS') ? cursor.list(() => nameIn(cursor)) : bareColumnsIn(cursor);
    views.push({ outer, call, table, columns });
  }
  return views;
}

function bareColumnsIn(cursor: Cursor): string[] {
  const first = aliasIn(cursor);
  if (first === undefined) return [];
  const columns = [first];
  while (cursor.takeSymbol(',')) columns.push(nameIn(cursor));
  return columns;
}
