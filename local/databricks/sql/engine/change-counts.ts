import type { DuckDBResult } from '@duckdb/node-api';

/** The columns of a MERGE's result, by DuckDB's name of what it did to a row. */
const MERGE_COLUMNS = {
  UPDATE: 'num_updated_rows',
  DELETE: 'num_deleted_rows',
  INSERT: 'num_inserted_rows',
} as const;

/** The one row that a change's result has, in the order of its columns (docs.databricks.com, "MERGE INTO", "INSERT"). */
export async function changeCounts(verb: string, result: DuckDBResult): Promise<Record<string, bigint>> {
  if (verb === 'merge') return mergeCounts(result);
  const count = BigInt(result.rowsChanged);
  return { num_affected_rows: count, ...(verb === 'insert' ? { num_inserted_rows: count } : {}) };
}

async function mergeCounts(result: DuckDBResult): Promise<Record<string, bigint>> {
  const counts = { num_affected_rows: 0n, num_updated_rows: 0n, num_deleted_rows: 0n, num_inserted_rows: 0n };
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
    for (const [action] of chunk.getRows()) {
      counts.num_affected_rows++;
      counts[MERGE_COLUMNS[action as keyof typeof MERGE_COLUMNS]]++;
    }
  return counts;
}
