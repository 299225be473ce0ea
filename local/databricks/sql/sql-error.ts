/** An error as Databricks gives it to a client: its class and words in `message`, the SQLSTATE beside it. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly errorClass: string;
  readonly sqlState: string;

  /** `context` follows the SQLSTATE, as the place of a syntax error does. */
  constructor(errorClass: string, sqlState: string, detail: string, options: ErrorOptions & { context?: string } = {}) {
    super(`[${errorClass}] ${detail} SQLSTATE: ${sqlState}${options.context ?? ''}`, options);
    this.errorClass = errorClass;
    this.sqlState = sqlState;
  }
}

/** What this warehouse cannot do although Databricks can. */
export function unsupported(what: string): SqlError {
  return new SqlError('UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE', '0A000', `${what} is not in the local warehouse.`);
}
