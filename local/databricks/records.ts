import { DatabaseSync } from 'node:sqlite';
import { parseJson } from './json.ts';

/** Changes that no response waits for (a run has gone on by itself) are written together after so long. */
const FLUSH_AFTER_MS = 200;

type Kind = 'run' | 'token' | 'cluster' | 'destination' | 'secret-scope' | 'secret-acls' | 'job-permissions' | 'clock';

/** What a workspace keeps of itself between two starts, in one SQLite file. */
export class Records implements Disposable {
  readonly #database: DatabaseSync;
  readonly #changed = new Map<string, { kind: Kind; id: string; record: unknown }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS records (
        kind TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, id)
      ) STRICT;
    `);
  }

  /** All of a kind, by id. */
  load(kind: Kind): [id: string, record: unknown][] {
    const rows = this.#database.prepare('SELECT id, record FROM records WHERE kind = ?').all(kind);
    return rows.map(({ id, record }) => [String(id), parseJson(String(record))]);
  }

  /** Takes the record as it will be when it is written; undefined removes it. */
  save(kind: Kind, id: string | number, record: unknown): void {
    this.#changed.set(`${kind} ${id}`, { kind, id: String(id), record });
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  /** Writes what has changed, so that it outlives even kill -9. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size === 0) return;
    const put = this.#database.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?)');
    const drop = this.#database.prepare('DELETE FROM records WHERE kind = ? AND id = ?');
    this.#database.exec('BEGIN');
    for (const { kind, id, record } of this.#changed.values()) {
      if (record === undefined) drop.run(kind, id);
      else put.run(kind, id, JSON.stringify(record));
    }
    this.#database.exec('COMMIT');
    this.#changed.clear();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database.close();
  }
}

/** A map of which every entry is kept; one whose value has changed is set again. */
export class KeptMap<Value> extends Map<string, Value> {
  readonly #kind: Kind;
  readonly #records: Records | undefined;

  constructor(kind: Kind, records: Records | undefined) {
    super();
    for (const [id, record] of records?.load(kind) ?? []) super.set(id, record as Value);
    this.#kind = kind;
    this.#records = records;
  }

  override set(id: string, value: Value): this {
    this.#records?.save(this.#kind, id, value);
    return super.set(id, value);
  }

  override delete(id: string): boolean {
    this.#records?.save(this.#kind, id, undefined);
    return super.delete(id);
  }
}
