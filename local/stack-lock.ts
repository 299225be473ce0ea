import { existsSync } from 'node:fs';
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
    throw new Error(anotherStackUses(dir), { cause: error });
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** Whether another stack has a data directory at this moment. */
export function isStackDataLocked(dir: string): boolean {
  if (!existsSync(join(dir, LOCK_FILE))) return false;
  try {
    lockStackData(dir)[Symbol.dispose]();
    return false;
  } catch {
    return true;
  }
}

/** What is said where another stack has the directory. */
export function anotherStackUses(dir: string): string {
  return `Another stack uses ${dir}; LOCAL_DATA_DIR names another directory.`;
}
