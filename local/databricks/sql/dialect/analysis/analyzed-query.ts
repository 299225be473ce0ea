import type { ColumnType } from '../../types/column-type.ts';

/** A column of a query's result; `sql` names it from outside of the query. */
export interface OutputColumn {
  name: string;
  sql: string;
  type: ColumnType;
  nullable: boolean;
}

/** A query as DuckDB runs it, and the columns of its result. */
export interface AnalyzedQuery {
  sql: string;
  columns: readonly OutputColumn[];
}

/** Common tables that a query sees, by name in lower case. */
export type CommonTables = ReadonlyMap<string, { sql: string; columns: readonly OutputColumn[] }>;
