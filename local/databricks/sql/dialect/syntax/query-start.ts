import type { Cursor } from './cursor.ts';

const QUERY_WORDS = ['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE', 'MAP', 'REDUCE'];

/** Whether a query begins `ahead` tokens from the cursor, perhaps in parentheses. */
export function startsQuery(cursor: Cursor, ahead: number): boolean {
  let at = ahead;
  while (cursor.isSymbol('(', at)) at++;
  const starts = QUERY_WORDS.some((word) => cursor.isWord(word, at));
  return starts && !cursor.isSymbol('(', at + 1) && !cursor.isSymbol('.', at + 1)
    ? !cursor.isSymbol(',', at + 1) && !cursor.isSymbol(')', at + 1)
    : starts && (cursor.isWord('VALUES', at) || cursor.isWord('SELECT', at));
}
