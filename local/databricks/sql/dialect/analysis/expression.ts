import type { ColumnType } from '../../types/column-type.ts';

/** An expression whose meaning is known: how DuckDB computes it, and what Databricks says of it. */
export interface Expression {
  /** DuckDB's SQL for it, safe inside any operator or call. */
  sql: string;
  type: ColumnType;
  nullable: boolean;
  /** How Databricks prints it within the name of another expression; what it calls a column of it, unless `title` says. */
  name: string;
  title?: string | undefined;
  /** Its name where it is a column, which fields of structs take over. */
  column?: string | undefined;
  /** Its value, if it is a literal or folded from literals. */
  constant?: string | number | bigint | boolean | null | undefined;
  /** Whether it holds an aggregate function outside of a window. */
  aggregates?: boolean | undefined;
  /** Whether it holds a window function. */
  windows?: boolean | undefined;
}

/** What a function makes of its arguments; the rest of the {@link Expression} follows from them. */
export interface Result {
  sql: string;
  type: ColumnType;
  nullable?: boolean;
}
