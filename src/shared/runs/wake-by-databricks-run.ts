import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import type { Notified } from '../http/databricks-webhook.ts';
import type { Orchestrations } from './orchestrations.ts';

/** The notification of a start may be here before the answer to the submit has been written. */
const LOOK_AGAIN_AFTER_MS = [250, 1_000, 2_000];

/** Wakes the orchestration that follows a Databricks run, to read it back; a run of somebody else is ignored. */
export async function wakeByDatabricksRun(
  app: App,
  engine: Orchestrations,
  workspaces: readonly string[],
  { runId, isEnd }: Notified,
): Promise<void> {
  for (const waitMs of [0, ...LOOK_AGAIN_AFTER_MS]) {
    if (waitMs > 0) await sleep(waitMs);
    const found = await Promise.all(workspaces.map((workspace) => app.ledger.findByDatabricksRun(workspace, runId)));
    for (const stored of found) {
      if (stored !== undefined && stored.record.status !== 'completed')
        await engine.wake(stored.record.instanceId, { reason: isEnd ? 'ended' : 'databricks' });
    }
    if (found.some((stored) => stored !== undefined)) return;
  }
}
