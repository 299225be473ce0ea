import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SettingsError } from './settings-error.ts';

/** A host that was killed has given its lock back by then. */
const PATIENCE_MS = 5_000;

/**
 * Takes a data directory for this process until it ends, however it ends: two hosts on one task hub would each run everything.
 * @throws `SettingsError` if another host has it.
 */
export function lockData(dir: string): Disposable {
  mkdirSync(dir, { recursive: true });
  const database = new DatabaseSync(path.join(dir, 'lock.db'), { timeout: PATIENCE_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new SettingsError(`another host uses the data directory ${dir}`, { cause: error });
  }
  return { [Symbol.dispose]: () => database.close() };
}
