import { StatementFailedError } from '../sql-error.ts';
import type { ComputedName } from './computed-name.ts';
import type { NamedCatalogs } from './catalogs.ts';
import type { Reach } from './deny-rules.ts';
import { readStatement } from './read-statement.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What a statement is. */
export interface StatementClass {
  /** `SELECT`, `SHOW`, `DROP`, … */
  readonly name: string;
  /** That, and what else it does; a policy has to allow all of them. */
  readonly classes: readonly string[];
  /** Changes nothing and reaches nothing but tables, so that it may be run again. */
  readonly isRead: boolean;
  /** Leaves its session as it was. */
  readonly isPlainSelect: boolean;
  /** Functions and files by which it reaches out of the query. */
  readonly reaches: readonly Reach[];
  /** Names made from parameters or by expressions; undefined where any parameter may be a name. */
  readonly computedNames: readonly ComputedName[] | undefined;
  /** Undefined where that is not known. */
  readonly catalogs: NamedCatalogs | undefined;
}

/**
 * The class of the one statement that a text holds.
 * @throws {StatementFailedError} 422: no statement, several statements, or one that cannot be read.
 */
export function classOf(text: string): StatementClass {
  const tokens = tokensOf(text);
  const [first] = tokens;
  const statements = split(tokens);
  const [statement] = statements;
  if (first === undefined || statement === undefined) throw emptyStatement();
  // A compound statement has semicolons inside.
  if (statements.length > 1 && first.key !== 'BEGIN') throw severalStatements();
  const { name, isRead, reaches, computedNames, alsoClasses, catalogs } = readStatement(
    text,
    first.key === 'BEGIN' ? tokens : statement,
  );
  const isPure = isRead && reaches.length === 0;
  return {
    name,
    classes: [name, ...alsoClasses],
    isRead: isPure,
    isPlainSelect: isPure && name === 'SELECT',
    reaches,
    computedNames,
    catalogs,
  };
}

/** The statements of a text; empty ones are left out. */
function split(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.key === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter(({ length }) => length > 0);
}

function emptyStatement(): StatementFailedError {
  return new StatementFailedError('[PARSE_EMPTY_STATEMENT] The statement is empty. SQLSTATE: 42617', {
    code: 'STATEMENT_FAILED',
    sqlState: '42617',
    errorClass: 'PARSE_EMPTY_STATEMENT',
  });
}

function severalStatements(): StatementFailedError {
  return new StatementFailedError('The text holds more than one statement; send one at a time.', {
    code: 'MULTIPLE_STATEMENTS',
    sqlState: '42601',
  });
}
