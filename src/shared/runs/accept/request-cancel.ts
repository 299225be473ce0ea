import type { App } from '../../create-context.ts';
import type { StoredRun } from '../../ledger/run-ledger.ts';
import type { Orchestrations } from '../../durable/run-orchestrations.ts';

/**
 * Notes the cancellation request and wakes the orchestration; a second request changes nothing. Returns the run as it
 * stands then. Once it is noted nothing fails: an orchestration that could not be woken reads it at its next poll.
 * @throws StorageUnavailableError where it could not be noted
 */
export async function requestCancel(app: App, engine: Orchestrations, stored: StoredRun): Promise<StoredRun> {
  if (stored.record.status === 'completed') return stored;
  const cancelRequestedAtMs = stored.cancelRequestedAtMs ?? app.now();
  if (stored.cancelRequestedAtMs === null) await app.ledger.requestCancel(stored.record, cancelRequestedAtMs);
  try {
    await engine.wake(stored.record.instanceId, { reason: 'cancel' });
  } catch (error) {
    app.log.warn('run.cancel_left_to_the_next_poll', { run: stored.record.id, error });
  }
  return { ...stored, cancelRequestedAtMs };
}
