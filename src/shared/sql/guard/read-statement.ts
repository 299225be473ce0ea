import { ActingError, actingWords } from './acting-words.ts';
import { describe, show } from './command.ts';
import { alwaysMayNameFiles, type ComputedName } from './computed-name.ts';
import type { Reach } from './deny-rules.ts';
import { bound, expression } from './expression.ts';
import { isFileOption } from './function-options.ts';
import { denied, functionName } from './functions.ts';
import { reachFiles } from './names.ts';
import { query, restOfQuery } from './query.ts';
import { ACTING_CLASSES } from './statement-words.ts';
import { alsoClasses, reachedByActing } from './acting-parts.ts';
import { catalogsOfActing, catalogsOfRead, type NamedCatalogs } from './catalogs.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokens.ts';

/** What a statement was read as. */
export interface Reading {
  /** `SELECT`, `SHOW`, `DROP`, … */
  readonly name: string;
  /** Every word of it was understood, and none acts. */
  readonly isRead: boolean;
  readonly reaches: readonly Reach[];
  /** Names made from parameters or by expressions; undefined where any parameter may be a name. */
  readonly computedNames: readonly ComputedName[] | undefined;
  /** What else it does by other names, as a script within an INSERT. */
  readonly alsoClasses: readonly string[];
  readonly catalogs: NamedCatalogs | undefined;
}

/** Each is looked at for the values of a request. */
const MAX_COMPUTED_NAMES = 1_000;

const GRAMMAR = { query, restOfQuery, expression, bound };

/**
 * Reads the tokens of one statement. A read is what the grammar of reads proves to be one and whose words hold nothing
 * that acts; either can make it more.
 * @throws {StatementFailedError} 422 where it is neither a read nor begins as a statement that acts.
 */
export function readStatement(text: string, tokens: readonly Token[]): Reading {
  const [first] = tokens;
  if (first?.kind === 'word' && ACTING_CLASSES.has(first.key)) return acting(first.key, tokens);
  const acts = actingWords(tokens);
  if (acts !== undefined) return acting(acts, tokens);
  const cursor = new TokenCursor(text, tokens, GRAMMAR);
  try {
    const name = statement(cursor);
    if (cursor.peek().kind !== 'end') cursor.fail();
    const { computedNames } = cursor;
    const isUntold = computedNames.length > MAX_COMPUTED_NAMES || computedNames.some(alwaysMayNameFiles);
    if (isUntold) reachFiles(cursor, 'computed-relation', 'perhaps, by a computed name');
    const reaches = distinct([...cursor.reaches, ...calls(tokens)]);
    return {
      name,
      isRead: true,
      reaches,
      computedNames: isUntold ? [] : computedNames,
      alsoClasses: [],
      catalogs: catalogsOfRead(name, cursor),
    };
  } catch (error) {
    if (error instanceof ActingError) return acting(error.statementClass, tokens);
    if (error instanceof RangeError) cursor.fail('too deep');
    throw error;
  }
}

function acting(name: string, tokens: readonly Token[]): Reading {
  const reaches = distinct([...calls(tokens), ...reachedByActing(tokens)]);
  return {
    name,
    isRead: false,
    reaches,
    computedNames: undefined,
    alsoClasses: alsoClasses(tokens).filter((also) => also !== name),
    catalogs: catalogsOfActing(name, tokens),
  };
}

/** Reads a statement; gives its class. */
function statement(cursor: TokenCursor): string {
  const { key } = cursor.peek();
  switch (key) {
    case 'EXPLAIN':
      return explain(cursor);
    case 'SHOW':
      show(cursor);
      return key;
    case 'DESC':
    case 'DESCRIBE':
      describe(cursor);
      return 'DESCRIBE';
    case 'VALUES':
    case 'TABLE':
      query(cursor);
      return key;
    case 'SELECT':
    case 'WITH':
    case 'FROM':
    case '(':
      query(cursor);
      return 'SELECT';
    default:
      return cursor.fail();
  }
}

const EXPLAIN_WORDS: ReadonlySet<string> = new Set([
  'ANALYZE',
  'CODEGEN',
  'COST',
  'EXTENDED',
  'FORMATTED',
  'LOGICAL',
  'VERBOSE',
]);

/** `EXPLAIN ANALYZE TABLE t COMPUTE STATISTICS` explains another statement. */
const ANALYZED: ReadonlySet<string> = new Set(['TABLE', 'TABLES']);

function explain(cursor: TokenCursor): string {
  cursor.expect('EXPLAIN');
  while (cursor.seesOneOf(EXPLAIN_WORDS) && !(cursor.sees('ANALYZE') && cursor.seesOneOf(ANALYZED, 1))) cursor.take();
  const { key, kind } = cursor.peek();
  if (kind === 'word' && ACTING_CLASSES.has(key)) throw new ActingError(key);
  statement(cursor);
  return 'EXPLAIN';
}

/** Calls that reach out by the words alone: a name of such a function before a parenthesis, quoted or not. */
function calls(tokens: readonly Token[]): Reach[] {
  const found: Reach[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'string' && isFileOption(text)) {
      found.push({ name: 'read_files', label: `files (option ${text})`, rule: 'function-option' });
    }
    const isCall = (kind === 'word' || kind === 'quoted') && tokens[index + 1]?.key === '(';
    const rule = isCall ? denied([text], 0, false) : undefined;
    if (rule === undefined) continue;
    const name = functionName([text]);
    found.push({ name, label: `${name.toUpperCase()}()`, rule });
  }
  return found;
}

function distinct(reaches: readonly Reach[]): Reach[] {
  return [...new Map(reaches.map((reach) => [reach.name, reach])).values()];
}
