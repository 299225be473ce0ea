import type { Column } from './column-type.ts';
import type { Session } from './session.ts';

/** What a statement does: rows are read, rows are changed, or something else is done. */
export type StatementKind = 'query' | 'change' | 'command';

/** A statement ready to run on DuckDB. */
export interface Plan {
  kind: StatementKind;
  /** The statement's first word, which decides the columns that a change answers with. */
  verb: string;
  /** Run before `sql`, in one transaction with it when there are any. */
  before?: string[];
  /** Absent when there is nothing to run. */
  sql?: string;
  values?: Record<string, string | null>;
  /** Columns that are NULL and nothing else; DuckDB makes INTEGER of them. */
  voidColumns?: number[];
  /** The query to answer with in place of `sql`, made from the columns that `sql` has. */
  answer?: (columns: Column[]) => string;
  /** Done to the session once the statement has run. */
  apply?: (session: Session) => void;
}
