import { computedName } from './computed-name.ts';
import type { DenyRule } from './deny-rules.ts';
import { denied, functionName, isFileRelation } from './functions.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokens.ts';

/** Any word can be a name, as in Spark's default mode; what may stand where is the caller's to say. */
export function seesName(cursor: TokenCursor, ahead = 0): boolean {
  const { kind } = cursor.peek(ahead);
  return kind === 'word' || kind === 'quoted';
}

/** A name that is computed: `IDENTIFIER(…)`. */
const COMPUTED = 'IDENTIFIER(…)';

/** One part of a name. */
export function namePart(cursor: TokenCursor): string {
  if (cursor.accept('IDENTIFIER', '(')) {
    cursor.computedNames.push(computedName(cursor.passed(() => cursor.grammar.expression(cursor))));
    cursor.expect(')');
    return COMPUTED;
  }
  if (!seesName(cursor)) cursor.fail('a name expected');
  return cursor.take().text;
}

/** A name of several parts; stops before `.*`. */
export function name(cursor: TokenCursor): string[] {
  const parts = [namePart(cursor)];
  while (cursor.sees('.') && seesName(cursor, 1)) {
    cursor.take();
    parts.push(namePart(cursor));
  }
  return parts;
}

/** A table's name: one of files is noted. */
export function tableName(cursor: TokenCursor): string[] {
  const mark = cursor.computedNames.length;
  let parts: string[] = [];
  const tokens = cursor.passed(() => {
    parts = name(cursor);
  });
  if (isFileRelation(parts)) reachFiles(cursor, 'file-relation', parts.join('.'));
  cursor.tables.push(parts);
  if (parts.length > 1) joinComputed(cursor, mark, parts);
  if (parts.length > 1 && parts.at(-1) === COMPUTED && !isOfLiteral(tokens)) noteCall(cursor, ['identifier'], 1, true);
  return parts;
}

/**
 * Behind another part, `IDENTIFIER('a')` is a part of a name, and `IDENTIFIER('a' || 'b')` a call of such a function.
 */
function isOfLiteral(tokens: readonly Token[]): boolean {
  return tokens.at(-2)?.kind === 'string' && tokens.at(-3)?.key === '(';
}

/** Takes the computed parts from `mark` on for what they are: parts of one name. */
function joinComputed(cursor: TokenCursor, mark: number, parts: readonly string[]): void {
  const computed = cursor.computedNames.splice(mark);
  if (computed.length === 0) return;
  if (computed.includes(undefined)) cursor.computedNames.push(undefined);
  else
    cursor.computedNames.push(
      parts.flatMap((part, index) => [
        ...(index === 0 ? [] : ['.']),
        ...(part === COMPUTED ? (computed.shift() ?? []) : [part]),
      ]),
    );
}

/** Notes that files are read; a rule that allows `read_files` allows it. */
export function reachFiles(cursor: TokenCursor, rule: DenyRule, label: string): void {
  cursor.reaches.push({ name: 'read_files', label: `files (${label.slice(0, 100)})`, rule });
}

/** Notes a call if the function reaches out of the query, or is found by a computed name. */
export function noteCall(
  cursor: TokenCursor,
  parts: readonly string[],
  argumentCount: number,
  isTableFunction = false,
): void {
  if (parts.includes(COMPUTED)) {
    cursor.reaches.push({ name: 'identifier', label: 'a function by a computed name', rule: 'computed-function' });
    return;
  }
  // Those without a schema are built in, or of the session.
  if (parts.length > 1) cursor.tables.push(parts);
  const rule = denied(parts, argumentCount, isTableFunction);
  const called = functionName(parts);
  if (rule !== undefined) cursor.reaches.push({ name: called, label: `${called.toUpperCase()}()`, rule });
}

/** `(a, b)`: names alone. */
export function nameList(cursor: TokenCursor): void {
  cursor.parenthesised(namePart);
}
