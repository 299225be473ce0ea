import { StatementFailedError } from '../sql-error.ts';

/**
 * The error for a text that cannot be read as one statement: 422, `STATEMENT_UNREADABLE`, in the words that Databricks
 * has for syntax errors. `at` is the place in `text`, given as line and column from 1.
 */
export function unreadable(text: string, at: number, message: string): StatementFailedError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new StatementFailedError(`[PARSE_SYNTAX_ERROR] ${message} (line ${line}, column ${column}). SQLSTATE: 42601`, {
    code: 'STATEMENT_UNREADABLE',
    sqlState: '42601',
    errorClass: 'PARSE_SYNTAX_ERROR',
  });
}
