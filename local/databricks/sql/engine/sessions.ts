import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { DEFAULT_CATALOG, SESSION_CATALOG } from './catalog-names.ts';
import type { Database } from './database.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';
import { catalogNotFound, schemaNotFound } from '../errors.ts';
import { checkSetting } from './session-settings.ts';
import { Session } from './session.ts';

/** Emulated time after which an unused session is closed, as on a warehouse that is left alone. */
const IDLE_MS = 30 * 60_000;

/** What a session is opened with. */
export interface SessionOptions {
  configuration?: Record<string, string>;
  catalog?: string | undefined;
  schema?: string | undefined;
  mustHaveSchema?: boolean;
}

/** The warehouse's open sessions. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Opens a session. Its schema need not exist (clients connect before they create it), unless the statement that comes
   * with it names it.
   * @throws {@link SqlError} when the catalog does not exist, or a setting is none
   */
  async open(options: SessionOptions): Promise<Session> {
    const { configuration = {}, mustHaveSchema = false } = options;
    // An empty name means none: clients send it for what they were not given.
    const catalog = options.catalog || DEFAULT_CATALOG;
    const schema = options.schema || 'default';
    const session = new Session({ id: randomUUID(), catalog, schema, nowMs: this.#clock.now() });
    for (const [key, value] of Object.entries(configuration)) {
      checkSetting(key, value);
      session.configuration.set(key.toLowerCase(), value);
    }
    if (catalog !== DEFAULT_CATALOG || schema !== 'default') await this.#requireSchema(catalog, schema, mustHaveSchema);
    this.#sessions.set(session.id, session);
    return session;
  }

  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** The session, marked as used now. */
  touch(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.lastUsedMs = this.#clock.now();
    return session;
  }

  async close(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    if (session !== undefined && session.views.size > 0) await this.#dropViews(session);
  }

  /** Closes what has been idle for too long. */
  async reap(): Promise<void> {
    const before = this.#clock.now() - IDLE_MS;
    const idle = [...this.#sessions.values()].filter((session) => session.lastUsedMs < before);
    await Promise.all(idle.map(({ id }) => this.close(id)));
  }

  /** @throws {@link SqlError} SCHEMA_NOT_FOUND, NO_SUCH_CATALOG_EXCEPTION */
  async #requireSchema(catalog: string, schema: string, mustHaveSchema: boolean): Promise<void> {
    const connection = await this.#database.connect();
    try {
      const found = await connection.runAndReadAll(
        `SELECT lower(schema_name) = lower(${quoteString(schema)}) FROM duckdb_schemas() WHERE lower(database_name) = lower(${quoteString(catalog)})`,
      );
      const rows = found.getRows();
      if (rows.length === 0) throw catalogNotFound(catalog);
      if (mustHaveSchema && !rows.some(([isIt]) => isIt === true)) throw schemaNotFound(`${catalog}.${schema}`);
    } finally {
      connection.closeSync();
    }
  }

  /** The views are in memory, so nothing is left of them where they cannot be dropped, as in a database that is closed. */
  async #dropViews(session: Session): Promise<void> {
    const connection = await this.#database.connect().catch(() => undefined);
    await connection
      ?.run(`DROP SCHEMA IF EXISTS ${SESSION_CATALOG}.${quoteIdentifier(session.viewSchema)} CASCADE`)
      .catch(() => undefined);
    connection?.closeSync();
  }
}
