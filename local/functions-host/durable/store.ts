import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const SCHEMA = `
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000; PRAGMA wal_autocheckpoint=20000; PRAGMA cache_size=-32768;
CREATE TABLE IF NOT EXISTS instances(id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT, execution TEXT NOT NULL, status TEXT NOT NULL,
  input TEXT, output TEXT, custom TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  parent TEXT, parentTask INTEGER, parentExecution TEXT, suspended INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS instances_created ON instances(created, id);
CREATE TABLE IF NOT EXISTS history(instance TEXT, seq INTEGER, event TEXT NOT NULL, PRIMARY KEY(instance, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox(instance TEXT, seq INTEGER, execution TEXT, due INTEGER NOT NULL, timer INTEGER, event TEXT NOT NULL,
  PRIMARY KEY(instance, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS inbox_timers ON inbox(due) WHERE timer IS NOT NULL;
CREATE TABLE IF NOT EXISTS activities(instance TEXT, seq INTEGER, execution TEXT NOT NULL, task INTEGER NOT NULL, name TEXT NOT NULL, input TEXT,
  PRIMARY KEY(instance, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken_activities(seq INTEGER PRIMARY KEY, until INTEGER NOT NULL, own INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS entities(id TEXT PRIMARY KEY, present INTEGER NOT NULL, state TEXT, lockedBy TEXT, updated INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS entities_locked ON entities(lockedBy) WHERE lockedBy IS NOT NULL;
CREATE TABLE IF NOT EXISTS entity_inbox(entity TEXT, seq INTEGER, due INTEGER NOT NULL, parent TEXT, message TEXT NOT NULL,
  PRIMARY KEY(entity, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entity_inbox_due ON entity_inbox(due);
CREATE INDEX IF NOT EXISTS entity_inbox_parent ON entity_inbox(parent) WHERE parent IS NOT NULL;
CREATE TABLE IF NOT EXISTS timers(name TEXT PRIMARY KEY, schedule TEXT NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL);
`;

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * The host's database. Everything written in two turns of the event loop shares one transaction (group commit); `committed()` says when it is on disk.
 * WAL with `synchronous=NORMAL` survives the death of the process; a power cut may lose the last commits.
 */
export class Store implements Disposable {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isOpen = false;
  #closing: NodeJS.Immediate | undefined;
  #waiters: Waiter[] = [];

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(SCHEMA);
  }

  /** Returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a row's shape is known to the query's author only
  get<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** Opens a transaction, unless one is open. Reads inside it are cheaper than alone. */
  begin(): void {
    if (this.#isOpen) return;
    this.run('BEGIN IMMEDIATE');
    this.#isOpen = true;
    // A turn later than it could be: what this turn's writes set off in the next one shares the transaction.
    this.#closing = setImmediate(() => {
      this.#closing = setImmediate(() => this.flush());
    });
  }

  /** Runs `unit` wholly or, if it throws, not at all. It must not await. */
  atomic<T>(unit: () => T): T {
    this.begin();
    this.run('SAVEPOINT unit');
    try {
      const result = unit();
      this.run('RELEASE unit');
      return result;
    } catch (error) {
      this.run('ROLLBACK TO unit');
      this.run('RELEASE unit');
      throw error;
    }
  }

  /** Commits what is open. */
  flush(): void {
    if (!this.#isOpen) return;
    clearImmediate(this.#closing);
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#isOpen = false;
    try {
      this.run('COMMIT');
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
      throw error;
    }
    for (const waiter of waiters) waiter.resolve();
  }

  /** Resolves when everything written so far is committed. To be awaited before anything is sent outside. */
  committed(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
