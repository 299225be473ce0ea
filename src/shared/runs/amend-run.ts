import type { App } from '../app.ts';
import type { RunKey, RunRecord } from '../domain/run-record.ts';
import { currentRun } from './current-run.ts';

/** A row has two writers at most, its orchestration's step and whoever wants it to stop, and a repeated step. */
const MAX_TRIES = 5;

/**
 * Changes the row of a run where it stands as the step expects; a late repetition of an earlier step finds that it
 * does not, and writes nothing. `change` answers what is to be written, or undefined. Answers the record as written,
 * or undefined.
 */
export async function amendRun(
  app: App,
  key: RunKey,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<RunRecord | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { record, etag } = await currentRun(app, key);
    const next = change(record);
    if (next === undefined || (await app.ledger.write(next, etag))) return next;
  }
  throw new Error(`The row of the run ${key.id} is written by others all the time.`);
}

/** Whether this attempt of the run is still at work: a row that is completed, or further on, is left as it is. */
export function isAtWork(record: RunRecord, attempt: number): boolean {
  return record.status !== 'completed' && record.attempt === attempt;
}
