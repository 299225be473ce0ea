import { quoteIdentifier, quoteString } from '../quoting.ts';

type Value = string | number | bigint | boolean | null;

/** A query of rows that are known already; columns by name with their DuckDB types. */
export function literalRows(columns: Readonly<Record<string, string>>, rows: readonly (readonly Value[])[]): string {
  const entries = Object.entries(columns);
  if (rows.length === 0) {
    const empty = entries.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`);
    return `SELECT ${empty.join(', ')} WHERE false`;
  }
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
  const places = entries.map((_, index) => `v${index}`);
  const casts = entries.map(([name, type], index) => `CAST(v${index} AS ${type}) AS ${quoteIdentifier(name)}`);
  return `SELECT ${casts.join(', ')} FROM (VALUES ${values.join(', ')}) AS known(${places.join(', ')})`;
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? quoteString(value) : String(value);
}
