import { StatementFailedError, StatementRefusedError } from '../sql-error.ts';
import { effectfulFunction } from './effectful-functions.ts';
import { leadingClass, READ_CLASSES } from './leading-class.ts';
import { parsedClass } from './parsed-class.ts';
import { statementsOf } from './tokens.ts';

/** What a statement is. */
export interface StatementClass {
  /** `SELECT`, `SHOW`, `DROP`, … */
  readonly name: string;
  /** Changes nothing, so that it may be run again. */
  readonly isRead: boolean;
  /** Leaves its session as it was. */
  readonly isPlainSelect: boolean;
}

/** The rule that refusals name. */
export const READ_ONLY_RULE = 'sql.read_only';

/** Parsing stops everything else meanwhile; longer statements (lists of values, mostly) are judged by their words. */
const MAX_PARSED_TOKENS = 50_000;
const CACHE_ENTRIES = 500;
const CACHE_STATEMENT_CHARS = 10_000;
const classes = new Map<string, StatementClass>();

/**
 * The class of a statement, agreed upon by a reading of its words and by a parser of Databricks' dialect: either can
 * make it a write. Where the parser does not know the syntax, or the statement is very long, the words decide.
 * Raises StatementFailedError (422): no statement, several statements, not a statement at all.
 */
export async function classify(statement: string): Promise<StatementClass> {
  const known = classes.get(statement);
  if (known !== undefined) return known;
  const found = await classOf(statement);
  if (statement.length <= CACHE_STATEMENT_CHARS) {
    if (classes.size >= CACHE_ENTRIES) classes.delete(classes.keys().next().value ?? '');
    classes.set(statement, found);
  }
  return found;
}

/**
 * Lets a statement pass whose class is a read or among `allowed` (`*` allows all).
 * Raises StatementRefusedError (403), naming the class and the rule.
 */
export async function guard(statement: string, allowed: readonly string[] = []): Promise<StatementClass> {
  const found = await classify(statement);
  if (found.isRead || allowed.includes('*') || allowed.includes(found.name)) return found;
  throw new StatementRefusedError(
    `${found.name} statements are not allowed: rule ${READ_ONLY_RULE} lets only statements that read pass (SELECT, WITH … SELECT, VALUES, TABLE, SHOW, DESCRIBE, EXPLAIN).`,
  );
}

async function classOf(statement: string): Promise<StatementClass> {
  const statements = statementsOf(statement);
  const [tokens] = statements;
  if (tokens === undefined) throw syntaxError('The statement is empty.', 'PARSE_EMPTY_STATEMENT', '42617');
  const word = leadingClass(tokens);
  // A compound statement has semicolons inside.
  if (word === 'BEGIN') return { name: word, isRead: false, isPlainSelect: false };
  if (statements.length > 1) throw severalStatements();
  if (word === undefined) {
    throw syntaxError(`Syntax error at or near '${tokens[0]?.text ?? ''}'.`, 'PARSE_SYNTAX_ERROR', '42601');
  }
  const effectful = effectfulFunction(tokens);
  const name = effectful === undefined || !READ_CLASSES.has(word) ? word : `${word} with ${effectful}()`;
  if (!READ_CLASSES.has(name)) return { name, isRead: false, isPlainSelect: false };
  const parsed = tokens.length > MAX_PARSED_TOKENS ? undefined : await parsedClass(statement);
  if (parsed !== undefined && parsed.count > 1) throw severalStatements();
  if (parsed?.write !== undefined) return { name: parsed.write.toUpperCase(), isRead: false, isPlainSelect: false };
  return { name, isRead: true, isPlainSelect: name === 'SELECT' };
}

function severalStatements(): StatementFailedError {
  return new StatementFailedError('The text holds more than one statement; send one at a time.', {
    code: 'MULTIPLE_STATEMENTS',
    sqlState: '42601',
  });
}

function syntaxError(message: string, errorClass: string, sqlState: string): StatementFailedError {
  return new StatementFailedError(`[${errorClass}] ${message} SQLSTATE: ${sqlState}`, {
    code: 'STATEMENT_FAILED',
    sqlState,
    errorClass,
  });
}
