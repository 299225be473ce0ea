import type { ScopeColumn } from './scope.ts';

/** Something of FROM: DuckDB's SQL for it, and the columns that it provides. */
export interface AnalyzedRelation {
  sql: string;
  columns: readonly ScopeColumn[];
}
