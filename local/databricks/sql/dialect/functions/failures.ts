import { quoteString } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';

/** What Databricks has and this warehouse does not. */
export function notInWarehouse(what: string): SqlError {
  return new SqlError(LOCAL_WAREHOUSE, NOT_SUPPORTED, notInWarehouseText(what));
}

const LOCAL_WAREHOUSE = 'UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE';
const NOT_SUPPORTED = '0A000';
const notInWarehouseText = (what: string): string => `${what} is not in the local warehouse.`;

/** DuckDB's SQL for an error that a row meets: `detail` is text, or SQL for it in parts. */
export function failure(
  errorClass: string,
  sqlState: string,
  ...detail: readonly (string | { sql: string })[]
): string {
  const parts = detail.map((part) => (typeof part === 'string' ? quoteString(part) : `CAST(${part.sql} AS VARCHAR)`));
  return `error(${[quoteString(`[${errorClass}] `), ...parts, quoteString(` SQLSTATE: ${sqlState}`)].join(' || ')})`;
}

/** The same for a value whose result this warehouse does not know. */
export function refusal(what: string): string {
  return failure(LOCAL_WAREHOUSE, NOT_SUPPORTED, notInWarehouseText(what));
}
