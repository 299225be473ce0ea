import type { App } from '../app.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Orchestrations } from './orchestrations.ts';

/** Notes the wish and wakes the orchestration; a second wish changes nothing. Returns the run as it stands then. */
export async function requestCancel(app: App, engine: Orchestrations, stored: StoredRun): Promise<StoredRun> {
  if (stored.record.status === 'completed') return stored;
  const cancelRequestedAtMs = stored.cancelRequestedAtMs ?? app.now();
  if (stored.cancelRequestedAtMs === null) await app.ledger.requestCancel(stored.record, cancelRequestedAtMs);
  await engine.wake(stored.record.instanceId, { reason: 'cancel' });
  return { ...stored, cancelRequestedAtMs };
}
