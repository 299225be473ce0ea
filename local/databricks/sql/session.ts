import type { DuckDBConnection } from '@duckdb/node-api';
import { functionsCatalog, sessionCatalog } from './database.ts';
import { quoteIdentifier, quoteString } from './quoting.ts';

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
    const path = [
      ...(this.views.size > 0 ? [`${sessionCatalog}.${this.viewSchema}`] : []),
      `${quoteIdentifier(this.catalog)}.${quoteIdentifier(this.schema)}`,
      `${functionsCatalog}.main`,
    ];
    await connection.run(`SET search_path = ${quoteString(path.join(','))}`);
    if (this.timeZone !== 'UTC') await connection.run(`SET TimeZone = ${quoteString(this.timeZone)}`);
  }
}
