import type { CatalogReader } from '../catalog/catalog-reader.ts';
import type { Column } from '../types/column-type.ts';
import type { Session } from './session.ts';

/** What a statement does: rows are read, rows are changed, or something else is done. */
export type StatementKind = 'query' | 'change' | 'command';

/** A statement ready to run on DuckDB. */
export interface Plan {
  kind: StatementKind;
  /** The statement's first word, which decides the columns of a change's result. */
  verb: string;
  /** The plan to run in place of this one, made from what the catalog holds. @throws {@link SqlError} */
  resolve?: (catalog: CatalogReader) => Promise<Plan>;
  /** Run before `sql`, in one transaction with it when there are any. */
  before?: string[];
  /** Absent when there is nothing to run. */
  sql?: string;
  values?: Record<string, string | null>;
  /** Run after `sql`, in one transaction with it when there are any. */
  after?: string[];
  /** The columns of a query's result, where more is known of them than DuckDB's types say. */
  columns?: Column[];
  /** The query whose rows are the result in place of those of `sql`, made from the columns that `sql` has. */
  describe?: (columns: Column[]) => string;
  /** Done to the session once the statement has run. */
  apply?: (session: Session) => void;
}

/** The plan that is left when nothing has to be asked of the catalog any more. */
export async function resolvePlan(plan: Plan, catalog: CatalogReader): Promise<Plan> {
  let resolved = plan;
  while (resolved.resolve !== undefined) resolved = await resolved.resolve(catalog);
  return resolved;
}
