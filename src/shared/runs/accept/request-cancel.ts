import type { AppContext } from '../../context.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { announceChange } from '../record/announce-change.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/**
 * Notes the cancellation request and wakes the orchestration; a second request changes nothing. Returns the run as it
 * stands then. Once it is noted nothing fails: an orchestration that could not be woken reads it at its next poll.
 * @throws {StorageUnavailableError} where it could not be noted
 */
export async function requestCancel(
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
): Promise<StoredRun> {
  if (stored.record.status === 'completed') return stored;
  const cancelRequestedAtMs = stored.cancelRequestedAtMs ?? context.now();
  if (stored.cancelRequestedAtMs === null) {
    await context.ledger.requestCancel(stored.record, cancelRequestedAtMs);
    const { id, request } = stored.record;
    context.log.info('cancellation.requested', { run: id, workspace: request.workspace });
  }
  try {
    await orchestrations.wake(stored.record.instanceId, { reason: 'cancel' });
  } catch (error) {
    context.log.warn('cancellation.deferred', { run: stored.record.id, error });
  }
  const requested = { ...stored, cancelRequestedAtMs };
  if (stored.cancelRequestedAtMs === null) await announceChange(context, requested, 'canceling');
  return requested;
}
