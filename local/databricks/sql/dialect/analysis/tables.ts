import type { ColumnType } from '../../types/column-type.ts';

/** A table or view as the statement finds it. */
export interface Table {
  /** Its columns' values in DuckDB. */
  sql: string;
  /** Catalog, schema and name, as far as it has them. */
  qualifier: readonly string[];
  columns: readonly { name: string; type: ColumnType }[];
}

/** Looks up a table by the name that a statement gives it. @throws SqlError TABLE_OR_VIEW_NOT_FOUND */
export type TableReader = (parts: readonly string[]) => Table;
