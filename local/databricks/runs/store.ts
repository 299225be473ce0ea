import { DatabaseSync } from 'node:sqlite';
import { parseJson } from '../json.ts';
import type { RunStore } from './engine.ts';
import type { RunRecord } from './record.ts';

const flushAfterMs = 200;

/** Keeps run records in one SQLite file; changes of a moment are written together. */
export class SqliteRunStore implements RunStore, Disposable {
  readonly #database: DatabaseSync;
  readonly #changed = new Map<number, RunRecord | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS runs (run_id INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
    `);
  }

  load(): RunRecord[] {
    const rows = this.#database.prepare('SELECT record FROM runs ORDER BY rowid').all();
    return rows
      .map((row) => parseJson(String(row['record'])) as RunRecord)
      .sort((a, b) => a.startTime - b.startTime || a.runId - b.runId);
  }

  save(run: RunRecord): void {
    this.#changed.set(run.runId, run);
    this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs);
  }

  remove(run: RunRecord): void {
    this.#changed.set(run.runId, undefined);
    this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const put = this.#database.prepare('INSERT OR REPLACE INTO runs (run_id, record) VALUES (?, ?)');
    const drop = this.#database.prepare('DELETE FROM runs WHERE run_id = ?');
    this.#database.exec('BEGIN');
    for (const [runId, run] of this.#changed) {
      if (run) put.run(runId, JSON.stringify(run));
      else drop.run(runId);
    }
    this.#database.exec('COMMIT');
    this.#changed.clear();
  }

  [Symbol.dispose](): void {
    this.#flush();
    this.#database.close();
  }
}
