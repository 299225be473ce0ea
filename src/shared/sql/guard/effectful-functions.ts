import type { Token } from './tokens.ts';

/**
 * Functions that do more than compute: they reach other systems, run code of the virtual machine, hand out secrets or
 * wait. A read that calls one is no read.
 * @see https://docs.databricks.com/sql/language-manual/sql-ref-functions-builtin-alpha.html
 */
const EFFECTFUL = new Set([
  'HTTP_REQUEST',
  'JAVA_METHOD',
  'LIST_SECRETS',
  'REFLECT',
  'REMOTE_QUERY',
  'SECRET',
  'TRY_REFLECT',
  'TRY_SECRET',
]);

/** The first effectful function that a statement calls, in upper case. */
export function effectfulFunction(tokens: readonly Token[]): string | undefined {
  const call = tokens.find(
    ({ kind, text }, index) =>
      kind !== 'other' &&
      EFFECTFUL.has(text.toUpperCase()) &&
      tokens[index + 1]?.text === '(' &&
      tokens[index + 1]?.kind === 'other',
  );
  return call?.text.toUpperCase();
}
