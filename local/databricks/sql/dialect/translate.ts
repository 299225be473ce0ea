import { duckdbTextOf, duckdbTypeOf, parameterName, parametersByName, type SqlParameter } from '../parameters.ts';
import { unboundParameter } from '../errors.ts';
import type { Session } from '../session.ts';
import { SqlError } from '../sql-error.ts';
import { nameColumns } from './column-names.ts';
import { expressionRules } from './expressions.ts';
import { sessionParameters } from './session-functions.ts';
import { parseDatabricks, printDatabricks, syntaxError, transpileToDuckdb, type Node } from './polyglot.ts';
import { readable } from './readable.ts';
import { rewrite } from './rewrite.ts';

/** A statement of the Databricks dialect, parsed; `kind` is the parser's name for it (`select`, `insert`, `use`, …). */
export interface ParsedStatement {
  kind: string;
  body: Record<string, unknown>;
  node: Node;
  /** The statement's text, positional parameters named. */
  sql: string;
}

/** @throws {@link SqlError} PARSE_SYNTAX_ERROR, also for no statement and for two */
export function parseStatement(text: string): ParsedStatement {
  const sql = readable(text);
  const statements = parseDatabricks(sql);
  const [node, second] = statements;
  if (!node) throw new SqlError('PARSE_EMPTY_STATEMENT', '42617', 'Syntax error, unexpected empty statement.');
  if (second) throw extraInput(text);
  const kind = Object.keys(node)[0] ?? '';
  return { kind, body: (node[kind] ?? {}) as Record<string, unknown>, node, sql };
}

/** Databricks takes one statement at a time and stops at the semicolon. */
function extraInput(sql: string): SqlError {
  const end = sql.indexOf(';');
  const before = sql.slice(0, end < 0 ? sql.length : end + 1);
  return syntaxError(sql, before.split('\n').length, (before.split('\n').at(-1)?.length ?? 0) + 1);
}

/** A parsed statement in DuckDB's dialect, with `:name` where parameters go. */
export function translate(statement: Node): string {
  const named = rewrite(statement, { select: nameColumns });
  const printed = printDatabricks(rewrite(named, expressionRules));
  return correct(transpileToDuckdb(printed));
}

/** Text outside of which nothing is ever replaced: string literals, quoted names, comments. */
const quotedText = String.raw`'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*[^]*?\*/`;

/** What the translator writes otherwise than DuckDB reads or than was meant. */
const corrections: [pattern: string, replacement: string][] = [
  // Every cast becomes TRY_CAST; only those that were one, and were marked, stay so.
  [String.raw`\bTRY_CAST\((?!SPARK_TRY_INPUT\()`, 'CAST('],
  [String.raw`\bTIMESTAMPNTZ\b`, 'TIMESTAMP'],
  [String.raw`\bTIMESTAMPLTZ\b`, 'TIMESTAMPTZ'],
  [String.raw`\bLEFT SEMI JOIN\b`, 'SEMI JOIN'],
  [String.raw`\bLEFT ANTI JOIN\b`, 'ANTI JOIN'],
  // `UPDATE SET *` and `INSERT *` of a MERGE match columns by name.
  [String.raw`\bTHEN UPDATE \*`, 'THEN UPDATE BY NAME'],
  [String.raw`\bTHEN INSERT \*`, 'THEN INSERT BY NAME'],
  // Every name is quoted by now.
  [String.raw`\bORDER BY "ALL" DESC(?: NULLS LAST)?`, 'ORDER BY ALL DESC NULLS LAST'],
  [String.raw`\bORDER BY "ALL"(?: NULLS FIRST)?`, 'ORDER BY ALL NULLS FIRST'],
];
const correctable = new RegExp([quotedText, ...corrections.map(([pattern]) => `(${pattern})`)].join('|'), 'g');

function correct(sql: string): string {
  return sql.replace(correctable, (text, ...found: unknown[]) => {
    const index = corrections.findIndex((_, group) => found[group] !== undefined);
    return corrections[index]?.[1] ?? text;
  });
}

/**
 * The translated statement with its parameters as casts of bound text, so that DuckDB reads values as it reads literals.
 * @throws {@link SqlError} UNBOUND_SQL_PARAMETER
 */
export function bindParameters(
  sql: string,
  parameters: readonly SqlParameter[],
  session: Session,
): { sql: string; values: Record<string, string | null> } {
  const byName = parametersByName(parameters);
  for (const [name, value] of Object.entries(sessionParameters(session))) byName.set(name, { type: 'STRING', value });
  const values: Record<string, string | null> = {};
  const bound = sql.replace(new RegExp(`${quotedText}|::|:([A-Za-z_]\\w*)`, 'g'), (text, name?: string) => {
    if (!name) return text;
    const key = name.toLowerCase();
    const parameter = byName.get(key);
    if (!parameter) throw unboundParameter(parameterName(name));
    const type = duckdbTypeOf(parameter);
    if (!type) return 'NULL';
    values[key] = duckdbTextOf(parameter);
    return `CAST($${key} AS ${type})`;
  });
  return { sql: bound, values };
}
