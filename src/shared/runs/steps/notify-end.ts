import type { AppContext } from '../../context.ts';
import { isSameDelivery, isSettled, type DeliveryState } from '../../domain/delivery-state.ts';
import type { NotificationDocument } from '../../domain/run-document.ts';
import type { RunRecord, RunKey } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import { NeverDeliverableError } from '../../notify/channel.ts';
import { deadLetterOf } from '../../notify/dead-letters.ts';
import type { Activities } from '../../workflow/activities.ts';
import { updateRun } from '../record/update-run.ts';
import { currentRun } from '../record/current-run.ts';
import { recordDelivery } from './record-delivery.ts';

type Step = Activities['notify-end'];

/** Long enough to say what went wrong; a row holds fifty of them. */
const MAX_ERROR_CHARS = 300;

/** How an attempt ended, and who is still to be notified of it. */
interface EndOfAttempt {
  record: RunRecord;
  document: NotificationDocument;
  due: readonly DeliveryState[];
}

/**
 * Notifies those who are still to be notified of the end of an attempt, even if the run is under repair by now. What is
 * undelivered even at the `final` try is abandoned, and kept as a dead letter.
 */
export async function notifyEnd(context: AppContext, { key, attempt, final }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(context, key);
  const due = dueDeliveries(record, attempt);
  const end = due.length === 0 ? undefined : await context.archive.readEnd(key.id, attempt);
  if (end === undefined) return { kind: 'notified' };
  return tryToNotify(context, { record, document: JSON.parse(end) as NotificationDocument, due }, { final });
}

/** The notifications of the end of an attempt that have not arrived, and have not been given up. */
export function dueDeliveries({ deliveries }: RunRecord, attempt: number): DeliveryState[] {
  return deliveries.filter((delivery) => delivery.attempt === attempt && !isSettled(delivery));
}

/**
 * Makes one try for each notification that is due. No channel's trouble keeps the others from being notified, and each
 * delivery is noted as it succeeds, so that only the rest is tried again. A channel that has too much to do is tried at
 * another time. `timeoutMs`: how long a try may take, where that is less than the channel's own bound.
 */
export async function tryToNotify(
  context: AppContext,
  { record, document, due }: EndOfAttempt,
  { final, timeoutMs }: { final: boolean; timeoutMs?: number },
): Promise<Step['output']> {
  const { id, createdAtMs } = record;
  const key: RunKey = { id, createdAtMs };
  const failed: DeliveryState[] = [];
  let againMs = 0;
  for (const delivery of due) {
    const { channel: name, target } = delivery;
    const channel = context.channels.get(name);
    const startMs = context.now();
    const result =
      channel === undefined
        ? { kind: 'failed' as const, error: new ChannelClosedError() }
        : await context.deliveries.deliver(channel, document, { target, timeoutMs });
    recordDelivery(context, record, delivery, { startMs, result });
    if (result.kind === 'busy' && !final) {
      againMs = Math.max(againMs, result.againMs);
      continue;
    }
    const tried = { ...delivery, tries: delivery.tries + (result.kind === 'busy' ? 0 : 1), atMs: context.now() };
    if (result.kind === 'delivered') {
      await note(context, key, [{ ...tried, status: 'delivered', lastError: null }]);
      context.log.info('notification.delivered', { run: key.id, workspace: document.workspace, channel: name });
      continue;
    }
    const error = result.kind === 'failed' ? result.error : new ReceiverBusyError();
    context.log.warn('notification.undelivered', { run: key.id, channel: name, error });
    const isGivenUp = final || error instanceof NeverDeliverableError;
    if (isGivenUp) await context.deadLetters.add(deadLetterOf(document, delivery, error));
    failed.push({ ...tried, status: isGivenUp ? 'abandoned' : 'failed', lastError: errorText(context, error) });
  }
  if (failed.length > 0) await note(context, key, failed);
  if (final ? failed.length > 0 : failed.some(({ status }) => status === 'failed')) return { kind: 'undelivered' };
  return againMs > 0 ? { kind: 'busy', againMs } : { kind: 'notified' };
}

/** Until the last there was no time to try: the receiver has too many notifications, or lets each of them wait. */
class ReceiverBusyError extends AppError {
  override readonly name = 'ReceiverBusyError';
  constructor() {
    super('The receiver has more notifications than it takes.', { code: 'RECEIVER_BUSY', retryable: true });
  }
}

/** The settings have changed since the run ended. */
class ChannelClosedError extends AppError {
  override readonly name = 'ChannelClosedError';
  constructor() {
    super('The settings of the gateway do not provide for this channel.', { code: 'CHANNEL_CLOSED', retryable: true });
  }
}

/** The run may be under repair by now, or canceled: only what became of these is written. What has arrived stays so. */
async function note(context: AppContext, key: RunKey, tried: readonly DeliveryState[]): Promise<void> {
  await updateRun(context, await currentRun(context, key), (record) => {
    const deliveries = record.deliveries.map((known) => {
      const written = tried.find((one) => isSameDelivery(one, known));
      return written === undefined || known.status === 'delivered' ? known : written;
    });
    return { ...record, deliveries };
  });
}

/** What is not worded for callers may quote a vault or a network. */
function errorText(context: AppContext, error: unknown): string {
  const text = error instanceof AppError ? error.message : 'The notification could not be sent.';
  return context.redactor.text(text).slice(0, MAX_ERROR_CHARS).toWellFormed();
}
