import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The file in the directory that is locked. */
export const LOCK_FILE = 'stack.lock';
/** A stack that was killed has given its lock back by then. */
const PATIENCE_MS = 1_000;

/**
 * Takes a data directory for this process until it ends, however it ends.
 * @throws Error if another stack has it
 */
export function lockStackData(dir: string): Disposable {
  const database = new DatabaseSync(join(dir, LOCK_FILE), { timeout: PATIENCE_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new Error(`Another stack uses ${dir}; LOCAL_DATA_DIR names another directory.`, { cause: error });
  }
  return { [Symbol.dispose]: () => database.close() };
}
