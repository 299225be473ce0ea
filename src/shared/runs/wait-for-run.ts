import type { App } from '../app.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';

const FIRST_LOOK_MS = 100;
const MAX_LOOK_MS = 1_000;

/** Waits until the run satisfies `done` or the time is over; returns the run as it is then. */
export async function waitForRun(
  app: App,
  stored: StoredRun,
  waitMs: number,
  done: (run: StoredRun) => boolean,
): Promise<StoredRun> {
  const untilMs = app.now() + waitMs;
  let run = stored;
  for (let lookMs = FIRST_LOOK_MS; !done(run) && app.now() < untilMs; lookMs = Math.min(lookMs * 1.3, MAX_LOOK_MS)) {
    await app.ledger.changed(run.record, Math.min(lookMs, untilMs - app.now()));
    run = (await app.ledger.get(run.record)) ?? run;
  }
  return run;
}

export function isCompleted(run: StoredRun): boolean {
  return run.record.status === 'completed';
}
