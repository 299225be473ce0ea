import type { DuckDBConnection } from '@duckdb/node-api';
import { FUNCTIONS_CATALOG, SESSION_CATALOG } from './catalog-names.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';

/** The one user of the local workspace, as the workspace's own API names it. */
export const CURRENT_USER = 'local@example.com';

/** What a session remembers between statements. */
export class Session {
  readonly id: string;
  catalog: string;
  schema: string;
  readonly configuration = new Map<string, string>();
  /** Names of temporary views; they are in a schema of the session's own. */
  readonly views = new Set<string>();
  lastUsedMs: number;

  constructor(options: { id: string; catalog: string; schema: string; nowMs: number }) {
    this.id = options.id;
    this.catalog = options.catalog;
    this.schema = options.schema;
    this.lastUsedMs = options.nowMs;
  }

  get viewSchema(): string {
    return `s_${this.id.replaceAll('-', '')}`;
  }

  get timeZone(): string {
    return this.configuration.get('timezone') ?? 'UTC';
  }

  /** Sets a fresh connection up so that it sees what the session sees. */
  async prepare(connection: DuckDBConnection): Promise<void> {
    const views = this.views.size > 0 ? [`${SESSION_CATALOG}.${this.viewSchema}`] : [];
    const current = `${quoteIdentifier(this.catalog)}.${quoteIdentifier(this.schema)}`;
    const setPath = (...path: string[]) =>
      connection.run(`SET search_path = ${quoteString([...views, ...path, `${FUNCTIONS_CATALOG}.main`].join(','))}`);
    // A session may stand in a schema that does not exist yet, or no longer.
    await setPath(current).catch(() => setPath());
    if (this.timeZone !== 'UTC') await connection.run(`SET TimeZone = ${quoteString(this.timeZone)}`);
  }
}
