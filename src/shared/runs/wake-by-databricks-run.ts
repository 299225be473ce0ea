import type { App } from '../app.ts';
import type { Orchestrations } from './orchestrations.ts';

/** Wakes the orchestration that follows a Databricks run, to read it back; a run of somebody else is ignored. */
export async function wakeByDatabricksRun(
  app: App,
  engine: Orchestrations,
  workspaces: readonly string[],
  runId: string,
): Promise<void> {
  for (const workspace of workspaces) {
    const stored = await app.ledger.findByDatabricksRun(workspace, runId);
    if (stored === undefined || stored.record.status === 'completed') continue;
    await engine.wake(stored.record.instanceId, { reason: 'databricks' });
  }
}
