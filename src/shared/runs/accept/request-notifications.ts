import type { AppContext } from '../../context.ts';
import { latestDeliveries, type DeliveryState } from '../../domain/delivery-state.ts';
import { notificationsId, type RunRecord } from '../../domain/run-record.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { newTrackState } from '../../workflow/track-state.ts';
import { currentRun } from '../record/current-run.ts';
import { RunActiveError } from './run-errors.ts';
import { trackedRun } from './start-tracking.ts';

/** The row may be written by those who notify. */
const MAX_TRIES = 5;

/**
 * Has those notified again of the end of a run whom the notification has not reached: now, and from then on as after
 * any end, until it arrives or is abandoned. Where it has reached everybody, nothing is done. Returns the run as it
 * stands then.
 * @throws {RunActiveError} there is no end to notify of yet
 * @throws {StorageUnavailableError} and {EngineUnavailableError}: to be asked for again, which does no harm
 */
export async function requestNotifications(
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
): Promise<StoredRun> {
  let current = stored;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { record } = current;
    if (record.status !== 'completed' || record.outcome === null) throw new RunActiveError(record.status);
    const undelivered = latestDeliveries(record.deliveries).find(({ status }) => status !== 'delivered');
    if (undelivered === undefined) return current;
    const { attempt } = undelivered;
    const next = withRedelivery(record, attempt, context.now());
    const instanceId = notificationsId(record.id, attempt, next.redeliveries ?? 0);
    if (await context.ledger.notifyAgain(next, current.etag, instanceId, context.now())) {
      await start(orchestrations, next, { instanceId, attempt, nowMs: context.now() });
      return { ...current, record: next };
    }
    current = await currentRun(context, record);
  }
  throw new Error(`The row of the run ${stored.record.id} is written by others again and again.`);
}

/**
 * The record in which what was given up is to be delivered again. It counts the times, so that each has an orchestration
 * of its own: the one that gave up may not have ended yet, and would neither look again nor let another of its id start.
 */
function withRedelivery(record: RunRecord, attempt: number, nowMs: number): RunRecord {
  const isGivenUp = (delivery: DeliveryState) => delivery.attempt === attempt && delivery.status === 'abandoned';
  if (!record.deliveries.some(isGivenUp)) return record;
  const deliveries = record.deliveries.map((delivery) =>
    isGivenUp(delivery) ? { ...delivery, status: 'pending' as const, atMs: nowMs } : delivery,
  );
  return { ...record, deliveries, redeliveries: (record.redeliveries ?? 0) + 1 };
}

/** An orchestration of its own notifies, from the last stage of the workflow on. */
async function start(
  orchestrations: RunOrchestrations,
  record: RunRecord,
  { instanceId, attempt, nowMs }: { instanceId: string; attempt: number; nowMs: number },
): Promise<void> {
  const { outcome, failure } = record;
  if (outcome === null) return;
  const stage = { name: 'notify', end: { outcome, failure }, tries: 0, sinceMs: nowMs, untilMs: 0 } as const;
  await orchestrations.start(instanceId, { ...newTrackState({ ...trackedRun(record), attempt }), stage });
}
