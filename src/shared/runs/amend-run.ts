import type { App } from '../app.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import { currentRun } from './current-run.ts';

/** A row has two writers at most, its orchestration's step and whoever wants it to stop, and a repeated step. */
const MAX_TRIES = 5;

/**
 * Changes a row that has been read where it stands as the step expects, and reads it again where somebody else wrote; a late repetition of an earlier step finds that it
 * does not, and writes nothing. `change` answers what is to be written, or undefined. Answers the record as written,
 * or undefined.
 */
export async function amendRun(
  app: App,
  stored: StoredRun,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<RunRecord | undefined> {
  let { record, etag } = stored;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const next = change(record);
    if (next === undefined || (await app.ledger.write(next, etag))) return next;
    ({ record, etag } = await currentRun(app, record));
  }
  throw new Error(`The row of the run ${record.id} is written by others all the time.`);
}

/** Whether this attempt of the run is still at work: a row that is completed, or further on, is left as it is. */
export function isAtWork(record: RunRecord, attempt: number): boolean {
  return record.status !== 'completed' && record.attempt === attempt;
}
