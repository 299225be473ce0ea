import { ProblemError } from './problem.ts';
import { SqlError, StatementFailedError } from '../sql/sql-error.ts';

/** A SQL error as the problem document that the contract's error table gives it; any other error stays as it is. */
export function toSqlProblem(error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  const { status, code, message, retryAfterMs } = error;
  const failed = error instanceof StatementFailedError ? error : undefined;
  return new ProblemError(status, code, message, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(failed?.sqlState === undefined ? {} : { sqlstate: failed.sqlState }),
    ...(failed?.cause === undefined
      ? {}
      : { databricks: { ...(failed.errorClass === undefined ? {} : { error_code: failed.errorClass }), message } }),
  });
}
