import { unsupported } from '../../sql-error.ts';
import type { Expr, GroupBy, Query, QueryBody, Select, SelectItem, SortItem } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { aliasIn, nameIn, qualifiedNameIn } from './names.ts';
import { directionIn, sortItemIn, windowIn } from './parse-call.ts';
import { lateralViewsIn, relationIn, rowIn, tableAliasIn } from './parse-relation.ts';

/** A query with its common tables, order and limit. */
export function queryIn(cursor: Cursor): Query {
  const common = cursor.takeWords('WITH') ? commonTablesIn(cursor) : [];
  const body = setIn(cursor);
  if (cursor.isSymbol('|>')) throw unsupported('Pipe syntax (|>)');
  for (const words of [['CLUSTER', 'BY'], ['DISTRIBUTE', 'BY'], ['SORT', 'BY'], ['FETCH']])
    if (cursor.isWords(...words)) throw unsupported(words.join(' '));
  const query: Query = { with: common, body, orderBy: undefined, limit: undefined, offset: undefined };
  if (cursor.takeWords('ORDER', 'BY')) readOrder(cursor, query);
  if (cursor.isWord('WINDOW')) throw unsupported('WINDOW after ORDER BY');
  if (cursor.takeWords('LIMIT') && !cursor.takeWords('ALL')) query.limit = cursor.expression();
  if (cursor.takeWords('OFFSET')) query.offset = cursor.expression();
  return query;
}

function readOrder(cursor: Cursor, query: Query): void {
  if (cursor.takeWords('ALL')) {
    query.orderBy = 'all';
    query.orderByAll = directionIn(cursor);
  } else query.orderBy = cursor.list((): SortItem => sortItemIn(cursor));
}

function commonTablesIn(cursor: Cursor): Query['with'] {
  if (cursor.isWord('RECURSIVE')) throw unsupported('WITH RECURSIVE');
  return cursor.list(() => {
    const name = nameIn(cursor);
    const columns = cursor.isSymbol('(') ? cursor.parenthesised(() => nameIn(cursor)) : [];
    cursor.takeWords('AS');
    const query = cursor.nestedQuery();
    return { name, columns, query };
  });
}

/** UNION and EXCEPT, which bind looser than INTERSECT. */
function setIn(cursor: Cursor): QueryBody {
  let left = intersectionIn(cursor);
  for (;;) {
    const operator = cursor.takeOneOf('UNION', 'EXCEPT', 'MINUS');
    if (operator === undefined) return left;
    const all = isAllIn(cursor);
    const right = intersectionIn(cursor);
    left = { kind: 'set', operator: operator === 'UNION' ? 'UNION' : 'EXCEPT', all, left, right };
  }
}

function intersectionIn(cursor: Cursor): QueryBody {
  let left = bodyIn(cursor);
  while (cursor.takeWords('INTERSECT'))
    left = { kind: 'set', operator: 'INTERSECT', all: isAllIn(cursor), left, right: bodyIn(cursor) };
  return left;
}

function isAllIn(cursor: Cursor): boolean {
  const all = cursor.takeWords('ALL');
  if (!all) cursor.takeWords('DISTINCT');
  if (cursor.isWords('BY', 'NAME')) throw unsupported('UNION BY NAME');
  return all;
}

function bodyIn(cursor: Cursor): QueryBody {
  if (cursor.isSymbol('(')) return { kind: 'nested', query: cursor.nestedQuery() };
  if (cursor.takeWords('VALUES')) {
    const rows = cursor.list(() => rowIn(cursor));
    return { kind: 'values', rows, alias: tableAliasIn(cursor) };
  }
  if (cursor.takeWords('TABLE')) {
    const parts = qualifiedNameIn(cursor);
    cursor.tables.push(parts);
    return { kind: 'table', parts };
  }
  if (cursor.isWord('FROM')) throw unsupported('FROM before SELECT');
  return selectIn(cursor);
}

function selectIn(cursor: Cursor): Select {
  cursor.expectWords('SELECT');
  if (cursor.isWord('TRANSFORM') && cursor.isSymbol('(', 1) && isScript(cursor)) throw unsupported('TRANSFORM … USING');
  const distinct = cursor.takeWords('DISTINCT');
  if (!distinct) cursor.takeWords('ALL');
  const items = cursor.list(() => itemIn(cursor));
  const from = cursor.takeWords('FROM') ? cursor.list(() => relationIn(cursor)) : [];
  const lateralViews = lateralViewsIn(cursor);
  for (const word of ['PIVOT', 'UNPIVOT', 'TABLESAMPLE']) if (cursor.isWord(word)) throw unsupported(word);
  const where = cursor.takeWords('WHERE') ? cursor.expression() : undefined;
  const groupBy = cursor.takeWords('GROUP', 'BY') ? groupByIn(cursor) : undefined;
  const having = cursor.takeWords('HAVING') ? cursor.expression() : undefined;
  const qualify = cursor.takeWords('QUALIFY') ? cursor.expression() : undefined;
  const windows = cursor.takeWords('WINDOW') ? cursor.list(() => namedWindowIn(cursor)) : [];
  return { kind: 'select', distinct, items, from, lateralViews, where, groupBy, having, qualify, windows };
}

/** Whether `TRANSFORM(…)` is a script transformation rather than the function. */
function isScript(cursor: Cursor): boolean {
  let depth = 0;
  for (let ahead = 1; cursor.peek(ahead).kind !== 'end'; ahead++) {
    if (cursor.isSymbol('(', ahead)) depth++;
    if (cursor.isSymbol(')', ahead)) depth--;
    if (depth === 0) return cursor.isWord('USING', ahead + 1) || cursor.isWord('ROW', ahead + 1);
  }
  return false;
}

function itemIn(cursor: Cursor): SelectItem {
  const value = cursor.expression();
  const isNamed = cursor.takeWords('AS');
  if (isNamed && cursor.isSymbol('(')) return { value, aliases: cursor.parenthesised(() => nameIn(cursor)) };
  const alias = isNamed ? nameIn(cursor) : aliasIn(cursor);
  return alias === undefined ? { value } : { value, alias };
}

function namedWindowIn(cursor: Cursor): Select['windows'][number] {
  const name = nameIn(cursor);
  cursor.expectWords('AS');
  return { name, window: windowIn(cursor) };
}

function groupByIn(cursor: Cursor): GroupBy {
  if (cursor.isWord('ALL') && !cursor.isSymbol('.', 1) && cursor.takeWords('ALL')) return { kind: 'all' };
  const keys: GroupBy & { kind: 'keys' } = { kind: 'keys', keys: [] };
  const sets = cursor.list(() => groupingIn(cursor));
  const plain = sets.every(({ length }) => length === 1);
  const withWord = cursor.takeWords('WITH') ? cursor.takeOneOf('ROLLUP', 'CUBE') : undefined;
  if (withWord !== undefined) {
    const all = sets.flat(2);
    return { kind: 'sets', sets: withWord === 'CUBE' ? cube(all) : rollup(all), keys: all };
  }
  if (cursor.takeWords('GROUPING', 'SETS')) return { kind: 'sets', sets: groupingSetsIn(cursor), keys: sets.flat(2) };
  if (plain) return { ...keys, keys: sets.flat(2) };
  return { kind: 'sets', sets: product(sets), keys: [...new Set(sets.flat(2))] };
}

/** What one item of GROUP BY groups by: one set of keys, or several. */
function groupingIn(cursor: Cursor): Expr[][] {
  if (cursor.takeWords('GROUPING', 'SETS')) return groupingSetsIn(cursor);
  const word = cursor.isSymbol('(', 1) ? cursor.takeOneOf('ROLLUP', 'CUBE') : undefined;
  if (word === undefined) return [[cursor.expression()]];
  const keys = cursor.parenthesised(() => cursor.expression());
  return word === 'CUBE' ? cube(keys) : rollup(keys);
}

function groupingSetsIn(cursor: Cursor): Expr[][] {
  return cursor.parenthesised(() =>
    cursor.isSymbol('(') ? cursor.parenthesised(() => cursor.expression()) : [cursor.expression()],
  );
}

type Keys = Expr[];
const rollup = (keys: Keys): Keys[] =>
  Array.from({ length: keys.length + 1 }, (_, left) => keys.slice(0, keys.length - left));

function cube(keys: Keys): Keys[] {
  let sets: Keys[] = [[]];
  for (const key of keys.toReversed()) sets = sets.map((set) => [key, ...set]).concat(sets);
  return sets;
}

/** Every combination of one set of each. */
function product(all: Keys[][]): Keys[] {
  let sets: Keys[] = [[]];
  for (const next of all) sets = sets.flatMap((set) => next.map((keys) => set.concat(keys)));
  return sets;
}
