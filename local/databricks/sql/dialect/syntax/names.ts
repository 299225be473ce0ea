import type { Cursor } from './cursor.ts';

/** Words that end an expression or a table and so are no alias of it. */
const RESERVED = new Set(
  `ALL AND ANTI ANY AS BETWEEN BOTH BY CASE CAST CHECK CLUSTER COLLATE CROSS DISTINCT DISTRIBUTE DIV ELSE END ESCAPE EXCEPT
   FETCH FILTER FOR FROM FULL GROUP HAVING ILIKE IN INNER INTERSECT INTO IS JOIN LATERAL LEADING LEFT LIKE LIMIT MINUS NATURAL
   NOT NULL OFFSET ON OR ORDER OUTER OVER OVERLAPS PIVOT QUALIFY REGEXP RIGHT RLIKE SELECT SEMI SET SORT TABLESAMPLE THEN
   TRAILING UNION UNPIVOT USING VALUES WHEN WHERE WINDOW WITH WITHIN`.split(/\s+/),
);

/** A name at the cursor: a word or a quoted name. */
export function nameIn(cursor: Cursor): string {
  const token = cursor.peek();
  if (token.kind !== 'word' && token.kind !== 'quoted') throw cursor.unexpected();
  cursor.next();
  return token.kind === 'word' ? token.text : token.value;
}

/** A name that stands where a clause may begin as well; undefined before a clause. */
export function aliasIn(cursor: Cursor): string | undefined {
  const token = cursor.peek();
  if (token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.value))) return nameIn(cursor);
  return undefined;
}

/** A name of one to three parts. */
export function qualifiedNameIn(cursor: Cursor): string[] {
  const parts = [nameIn(cursor)];
  while (cursor.takeSymbol('.')) parts.push(nameIn(cursor));
  return parts;
}
