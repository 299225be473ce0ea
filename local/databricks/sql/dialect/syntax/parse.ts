import type { ColumnType } from '../../types/column-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { parseDatabricks, syntaxErrorAt } from '../polyglot.ts';
import type { Expr, Statement } from './ast.ts';
import { Cursor, UnexpectedToken, type Grammar } from './cursor.ts';
import { tokensOf, UnreadableText } from './lexer.ts';
import { expressionIn, valueIn } from './parse-expression.ts';
import { queryIn } from './parse-query.ts';
import { statementIn } from './parse-statement.ts';
import { typeIn } from './parse-type.ts';

/** A statement that reads or changes rows, with the tables that it names. */
export interface Parsed {
  statement: Statement;
  tables: readonly string[][];
}

const GRAMMAR: Grammar = { expression: expressionIn, value: valueIn, query: queryIn };

/**
 * Parses a query or a change of rows; undefined for a statement of another sort.
 * @throws {@link SqlError} PARSE_SYNTAX_ERROR; 0A000 where Databricks' syntax is not in the local warehouse
 */
export function parse(sql: string): Parsed | undefined {
  try {
    const cursor = new Cursor(tokensOf(sql), GRAMMAR);
    const statement = statementIn(cursor);
    if (statement === undefined) return undefined;
    while (cursor.takeSymbol(';'));
    if (cursor.peek().kind !== 'end') throw cursor.unexpected();
    return { statement, tables: cursor.tables };
  } catch (error) {
    throw syntaxErrorOf(error, sql);
  }
}

/** An expression alone, as a column's DEFAULT is. */
export function parseExpression(sql: string): Expr {
  try {
    const cursor = new Cursor(tokensOf(sql), GRAMMAR);
    const expression = expressionIn(cursor);
    if (cursor.peek().kind !== 'end') throw cursor.unexpected();
    return expression;
  } catch (error) {
    throw syntaxErrorOf(error, sql);
  }
}

function syntaxErrorOf(error: unknown, sql: string): unknown {
  if (error instanceof UnreadableText) return syntaxErrorAt(sql, sql[error.offset], sql.slice(0, error.offset));
  if (!(error instanceof UnexpectedToken)) return error;
  const { text, start } = error.token;
  // What another parser of Databricks' dialect reads is not wrong, only unknown here.
  if (isReadable(sql)) return unsupported(`The syntax near '${text || 'the end'}'`);
  return syntaxErrorAt(sql, text || undefined, sql.slice(0, start));
}

function isReadable(sql: string): boolean {
  try {
    return parseDatabricks(sql).length === 1;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

/** The type that a text names; undefined when it names none. @throws {@link SqlError} 0A000 for a type that is not in the local warehouse */
export function typeOfText(text: string): ColumnType | undefined {
  try {
    const cursor = new Cursor(tokensOf(text), GRAMMAR);
    const type = typeIn(cursor);
    return cursor.peek().kind === 'end' ? type : undefined;
  } catch (error) {
    if (error instanceof UnexpectedToken || error instanceof UnreadableText) return undefined;
    throw error;
  }
}
