import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version as pyodideVersion } from 'pyodide';
import { runtimeFiles } from './runtime-files.ts';

/** Beside the installed packages, and gone with them. */
const CACHE_DIR = fileURLToPath(new URL('../../../node_modules/.cache/python-snapshots/', import.meta.url));

/**
 * The memory of a freshly loaded interpreter, kept from one process to the next: starting from it takes a fifth of the
 * time. It is read only by what wrote it: the same Node, Pyodide and Python side of the emulator.
 */
export class SnapshotFile {
  readonly #dir: string;
  #name: string | undefined;
  #snapshot: Uint8Array | undefined;

  constructor(dir: string = CACHE_DIR) {
    this.#dir = dir;
  }

  /** Returns the kept memory; undefined where there is none. */
  read(): Uint8Array | undefined {
    try {
      this.#snapshot ??= readFileSync(this.#path());
    } catch {
      // Nobody has kept one yet.
    }
    return this.#snapshot;
  }

  /** Keeps a memory in place of all others; where the directory cannot be written to, for this process alone. */
  write(snapshot: Uint8Array): void {
    this.#snapshot = snapshot;
    try {
      mkdirSync(this.#dir, { recursive: true });
      // Whoever reads it meanwhile finds all of it or nothing.
      const unfinished = join(this.#dir, randomUUID());
      writeFileSync(unfinished, snapshot);
      renameSync(unfinished, this.#path());
      for (const other of readdirSync(this.#dir))
        if (other.endsWith('.snapshot') && other !== this.#name) rmSync(join(this.#dir, other), { force: true });
    } catch {
      // The next process loads an interpreter of its own.
    }
  }

  /** Forgets a memory that no interpreter starts from. */
  remove(): void {
    this.#snapshot = undefined;
    rmSync(this.#path(), { force: true });
  }

  #path(): string {
    this.#name ??= `${createHash('sha256')
      .update(JSON.stringify([process.version, pyodideVersion, runtimeFiles()]))
      .digest('hex')}.snapshot`;
    return join(this.#dir, this.#name);
  }
}
