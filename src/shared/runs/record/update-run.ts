import type { AppContext } from '../../context.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { currentRun } from './current-run.ts';

/** A row has three writers at most: its orchestration's step, a cancellation request, and a repeated step. */
const MAX_TRIES = 5;

/**
 * Changes a row that has been read where it stands as the step expects, and reads it again where another writer was
 * faster; a late repetition of an earlier step finds that it does not, and writes nothing. `change` returns what is to
 * be written, or undefined. Returns the record as written, or undefined.
 */
export async function updateRun(
  context: AppContext,
  stored: StoredRun,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<RunRecord | undefined> {
  return (await updateStoredRun(context, stored, change))?.record;
}

/** As `updateRun`. Returns the row as written, so that it can be changed again without being read. */
export async function updateStoredRun(
  context: AppContext,
  stored: StoredRun,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<StoredRun | undefined> {
  let current = stored;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const record = change(current.record);
    if (record === undefined) return undefined;
    const etag = await context.ledger.write(record, current.etag);
    if (etag !== undefined) return { ...current, record, etag };
    current = await currentRun(context, current.record);
  }
  throw new Error(`The row of the run ${stored.record.id} is written by others again and again.`);
}

/** Whether this attempt of the run is still active: a row that is completed, or further on, is left as it is. */
export function isActiveAttempt(record: RunRecord, attempt: number): boolean {
  return record.status !== 'completed' && record.attempt === attempt;
}
