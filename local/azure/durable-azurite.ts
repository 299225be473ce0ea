/**
 * Imported before Azurite, which keeps its state in memory (LokiJS) and writes all of it every five seconds.
 * Here each document is a row of SQLite that is written before the response goes out: what was acknowledged outlives kill -9.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** An Azurite that was killed a moment ago has given its files back by then. */
const PATIENCE_MS = 10_000;

interface Collection {
  name: string;
  /** In the order of their ids. */
  data: { $loki: number }[];
  maxId: number;
  uniqueNames: string[];
  binaryIndices: Record<string, unknown>;
  /** What has changed since this list was last emptied. */
  dirtyIds: number[];
  get(id: number): object | null;
  ensureAllIndexes(force: boolean): void;
}
interface Loki {
  filename: string;
  collections: Collection[];
  addCollection(name: string, options: { unique: string[]; indices: string[] }): Collection;
  loadJSON(text: string): void;
  configureOptions: (
    this: Loki,
    options: { persistenceMethod?: string; adapter?: object },
    isInitial?: boolean,
  ) => void;
}

/** The documents of one LokiJS database, as rows. */
class DocumentRows {
  readonly #loki: Loki;
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #known = new Set<string>();

  constructor(loki: Loki) {
    this.#loki = loki;
    mkdirSync(dirname(loki.filename), { recursive: true });
    this.#database = new DatabaseSync(loki.filename.replace(/\.json$/, '.sqlite'), { timeout: PATIENCE_MS });
    // Exclusive, so that two Azurites never share a file.
    this.#database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY, options TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS documents (
        collection TEXT NOT NULL, id INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, id)
      ) STRICT, WITHOUT ROWID;
    `);
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)');
    this.#drop = this.#database.prepare('DELETE FROM documents WHERE collection = ? AND id = ?');
  }

  load(): void {
    const documents = this.#database.prepare('SELECT document FROM documents WHERE collection = ? ORDER BY id');
    for (const { name, options } of this.#database.prepare('SELECT name, options FROM collections').all()) {
      const collection = this.#loki.addCollection(
        String(name),
        JSON.parse(String(options)) as { unique: string[]; indices: string[] },
      );
      for (const { document } of documents.all(String(name)))
        collection.data.push(JSON.parse(String(document)) as { $loki: number });
      collection.maxId = collection.data.at(-1)?.$loki ?? 0;
      collection.ensureAllIndexes(true);
      this.#known.add(collection.name);
    }
    this.#takeOver();
  }

  /** Writes what has changed. */
  flush(): void {
    const { collections } = this.#loki;
    const isSame = collections.length === this.#known.size && collections.every(({ name }) => this.#known.has(name));
    if (isSame && collections.every(({ dirtyIds }) => dirtyIds.length === 0)) return;
    this.#database.exec('BEGIN');
    if (!isSame) this.#writeCollections();
    for (const collection of collections) {
      for (const id of new Set(collection.dirtyIds)) {
        const document = collection.get(id);
        if (document !== null) this.#put.run(collection.name, id, JSON.stringify(document));
        else this.#drop.run(collection.name, id);
      }
      collection.dirtyIds = [];
    }
    this.#database.exec('COMMIT');
  }

  #writeCollections(): void {
    const names = new Set(this.#loki.collections.map(({ name }) => name));
    for (const name of this.#known.difference(names)) {
      this.#database.prepare('DELETE FROM collections WHERE name = ?').run(name);
      this.#database.prepare('DELETE FROM documents WHERE collection = ?').run(name);
      this.#known.delete(name);
    }
    for (const { name, uniqueNames, binaryIndices } of this.#loki.collections) {
      const options = { unique: uniqueNames, indices: Object.keys(binaryIndices) };
      this.#database.prepare('INSERT OR REPLACE INTO collections VALUES (?, ?)').run(name, JSON.stringify(options));
      this.#known.add(name);
    }
  }

  /** The file of an Azurite that wrote all at once becomes rows. */
  #takeOver(): void {
    const { filename } = this.#loki;
    if (!existsSync(filename)) return;
    this.#loki.loadJSON(readFileSync(filename, 'utf8'));
    for (const collection of this.#loki.collections) collection.dirtyIds = collection.data.map(({ $loki }) => $loki);
    this.flush();
    rmSync(filename);
  }
}

const databases = new Set<DocumentRows>();
function flushAll(): void {
  for (const database of databases) database.flush();
}

const requireOfAzurite = createRequire(import.meta.resolve('azurite/dist/src/azurite.js'));
// A fifth of its start goes into what it loads and is never asked for here: blobs in SQL servers, and telemetry.
for (const unused of ['./blob/SqlBlobServer', 'applicationinsights']) {
  const filename = requireOfAzurite.resolve(unused);
  const module = new Module(filename);
  Object.assign(module, { filename, loaded: true });
  requireOfAzurite.cache[filename] = module;
}
const { prototype } = requireOfAzurite('lokijs') as { prototype: Loki };
const { configureOptions } = prototype;
prototype.configureOptions = function configureDurably(options, isInitial) {
  if (options.persistenceMethod !== 'fs') {
    configureOptions.call(this, options, isInitial);
    return;
  }
  const saveDatabase = (_name: string, _copy: unknown, done: (error: null) => void): void => {
    flushAll();
    done(null);
  };
  // An incremental adapter makes LokiJS say which documents have changed.
  configureOptions.call(this, { adapter: { mode: 'incremental', saveDatabase } }, isInitial);
  const rows = new DocumentRows(this);
  rows.load();
  databases.add(rows);
};

const response = ServerResponse.prototype as unknown as {
  writeHead: (this: ServerResponse, ...head: unknown[]) => ServerResponse;
};
const { writeHead } = response;
response.writeHead = function writeHeadOnceKept(...head) {
  flushAll();
  return writeHead.apply(this, head);
};
process.on('exit', flushAll);
