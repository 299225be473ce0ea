import type { App } from '../app.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';

/** A row is written a little after the time that it names, and the clocks of instances differ a little. */
export const MARGIN_MS = 10 * 60_000;

/**
 * All runs that are not completed, where none was accepted before `fromMs` but those that were taken up again. What is
 * read hangs on the runs at work, not on those that are kept.
 */
export async function* activeRuns(app: App, fromMs: number): AsyncGenerator<StoredRun> {
  yield* app.ledger.scan({ status: 'active', createdAfterMs: fromMs });
  for await (const { reopenedAtMs, ...key } of app.reopened.list()) {
    const stored = await app.ledger.get(key);
    if (stored !== undefined && stored.record.status !== 'completed') {
      if (key.createdAtMs < fromMs) yield stored;
    } else if (app.now() - reopenedAtMs > MARGIN_MS) {
      // Younger ones may not have been written to the ledger yet.
      await app.reopened.remove(key.id);
    }
  }
}
