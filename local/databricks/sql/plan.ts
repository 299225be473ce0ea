import { bindParameters, parseStatement, refuse, translate, type ParsedStatement } from './dialect/translate.ts';
import { sessionCommand } from './dialect/commands.ts';
import type { SqlParameter } from './parameters.ts';
import type { Session } from './session.ts';

/** What a statement does: rows are read, rows are changed, or something else is done. */
export type StatementKind = 'query' | 'change' | 'command';

/** A statement ready to run on DuckDB. */
export interface Plan {
  kind: StatementKind;
  /** The first word, for the columns that a change answers with. */
  verb: string;
  /** Absent when there is nothing to run. */
  sql?: string;
  values?: Record<string, string | null>;
  /** Done to the session once the statement has run. */
  apply?: (session: Session) => void;
}

const kinds: Record<string, StatementKind> = {
  select: 'query',
  values: 'query',
  union: 'query',
  intersect: 'query',
  except: 'query',
  subquery: 'query',
  insert: 'change',
  update: 'change',
  delete: 'change',
  merge: 'change',
  create_table: 'command',
  create_view: 'command',
  create_schema: 'command',
  drop_table: 'command',
  drop_view: 'command',
  drop_schema: 'command',
  alter_table: 'command',
  alter_view: 'command',
  truncate: 'command',
};

const maxCachedTranslations = 500;

/** Plans statements; translations are kept, since applications repeat their statements. */
export class Planner {
  private readonly translations = new Map<string, { statement: ParsedStatement; sql?: string }>();

  /** @throws {@link SqlError} when the statement cannot be understood or is not for this warehouse */
  plan(text: string, parameters: readonly SqlParameter[], session: Session): Plan {
    const entry = this.translations.get(text) ?? { statement: parseStatement(text) };
    this.remember(text, entry);
    const command = sessionCommand(entry.statement, session);
    if (command) return command;
    const kind = kinds[entry.statement.kind];
    if (!kind) return refuse(entry.statement);
    entry.sql ??= translate(entry.statement);
    return { kind, verb: entry.statement.kind, ...bindParameters(entry.sql, parameters) };
  }

  private remember(text: string, entry: { statement: ParsedStatement; sql?: string }): void {
    this.translations.delete(text);
    this.translations.set(text, entry);
    if (this.translations.size <= maxCachedTranslations) return;
    const oldest = this.translations.keys().next();
    if (!oldest.done) this.translations.delete(oldest.value);
  }
}
