import { restoreWasmCompiler } from './wasm-compiler.ts';
import { Dialect, parse, tokenize } from '@polyglot-sql/sdk';
import { SqlError } from '../sql-error.ts';

restoreWasmCompiler();

/** A node of the parser's tree: an object with one key, the node's kind. */
export type Node = Record<string, unknown>;

/** Parses Databricks SQL. @throws {@link SqlError} PARSE_SYNTAX_ERROR */
export function parseDatabricks(sql: string): Node[] {
  const result = parse(sql, Dialect.Databricks);
  if (!result.success) throw syntaxError(sql, result.errorLine, result.errorColumn);
  return result.ast;
}

/** A token of a statement; offsets in characters. */
export interface Token {
  type: string;
  text: string;
  start: number;
  end: number;
}

/** The tokens of a statement. */
export function tokensOf(sql: string): Token[] {
  const result = tokenize(sql, Dialect.Databricks);
  if (!result.success || result.tokens === undefined) throw syntaxError(sql);
  // At run time the field is called otherwise than its declaration says.
  const tokens = result.tokens as unknown as {
    token_type: string;
    text: string;
    span: { start: number; end: number };
  }[];
  return tokens.map(({ token_type: type, text, span }) => ({ type, text, start: span.start, end: span.end }));
}

/** A syntax error in Databricks' words; `column` is where the parser stopped, from 1. */
export function syntaxError(sql: string, line = 1, column = 1): SqlError {
  const [first = ''] = sql.trimStart().split(/[\s(;]/, 1);
  if (/^[a-z]/i.test(first) && !STATEMENT_WORDS.has(first.toLowerCase()))
    return syntaxErrorNear(sql, first, 1, sql.indexOf(first));
  const text = sql.split('\n')[line - 1] ?? '';
  const before = text.slice(0, Math.max(0, column - 1));
  const near = /[\w$]+$|\S$/.exec(before)?.[0] ?? 'end of input';
  const position = Math.max(0, before.length - near.length);
  return syntaxErrorNear(sql, near === 'end of input' ? undefined : near, line, position);
}

function syntaxErrorNear(sql: string, near: string | undefined, line: number, position: number): SqlError {
  const where = near === undefined ? 'end of input' : `'${near}'`;
  return new SqlError('PARSE_SYNTAX_ERROR', '42601', `Syntax error at or near ${where}.`, {
    context: ` (line ${line}, pos ${position})\n\n== SQL ==\n${sql}\n${'-'.repeat(position)}^^^\n`,
  });
}

/** A syntax error at a word, after the text that stands before it. */
export function syntaxErrorAt(sql: string, near: string | undefined, before: string): SqlError {
  const lines = before.split('\n');
  const [first = ''] = sql.trimStart().split(/[\s(;]/, 1);
  if (/^[a-z]/i.test(first) && !STATEMENT_WORDS.has(first.toLowerCase()))
    return syntaxErrorNear(sql, first, 1, sql.indexOf(first));
  return syntaxErrorNear(sql, near, lines.length, lines.at(-1)?.length ?? 0);
}

/** Words that a statement may begin with; anything else is where the syntax is wrong. */
const STATEMENT_WORDS = new Set(
  `alter analyze begin cache call clear comment copy create declare delete deny desc describe drop dfs except execute explain from
   fsck get grant insert intersect list load merge minus msck optimize put refresh remove reorg repair replace reset restore
   revoke select set show sync table truncate uncache undrop union update use vacuum values with`.split(/\s+/),
);
