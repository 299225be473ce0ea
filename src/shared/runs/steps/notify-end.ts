import type { AppContext } from '../../context.ts';
import type { NotificationTarget, NotifyRequest } from '../../domain/run-request.ts';
import type { RunKey } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { DeadLetter } from '../../notify/dead-letters.ts';
import type { Activities } from '../../workflow/activities.ts';
import { updateRun } from '../record/update-run.ts';
import { currentRun } from '../record/current-run.ts';
import type { RunDocument } from '../../domain/run-document.ts';

type Step = Activities['notify-end'];

/** How an attempt ended, and whom to notify of it. */
interface EndOfAttempt {
  key: RunKey;
  attempt: number;
  notify: NotifyRequest;
  document: RunDocument;
  /** What has been delivered before. */
  delivered: readonly string[];
}

/**
 * Notifies those who are still to be notified of the end of an attempt, even if the run is under repair by now. What is
 * undelivered even at the `final` try is kept as a dead letter.
 */
export async function notifyEnd(context: AppContext, { key, attempt, final }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(context, key);
  const { notify } = record.request;
  const end = notify === null ? undefined : await context.archive.readEnd(key.id, attempt);
  if (notify === null || end === undefined) return { kind: 'notified' };
  const document = JSON.parse(end) as RunDocument;
  return tryToNotify(context, { key, attempt, notify, document, delivered: record.delivered }, { final });
}

/**
 * Makes one try for each channel that has not delivered yet. No channel's trouble keeps the others from being notified,
 * and each delivery is noted as it succeeds, so that only the rest is tried again. A channel that has too much to do is
 * tried at another time. `timeoutMs`: how long a try may take, where that is less than the channel's own bound.
 */
export async function tryToNotify(
  context: AppContext,
  { key, attempt, notify, document, delivered }: EndOfAttempt,
  { final, timeoutMs }: { final: boolean; timeoutMs?: number },
): Promise<Step['output']> {
  let isUndelivered = false;
  let againMs = 0;
  for (const { name, target } of notify.channels) {
    const channel = context.channels.get(name);
    const delivery = `${name}:${attempt}`;
    if (channel === undefined || delivered.includes(delivery)) continue;
    const result = await context.deliveries.deliver(channel, document, { target, timeoutMs });
    if (result.kind === 'delivered') await noteDelivered(context, key, delivery);
    else if (result.kind === 'busy' && !final) againMs = Math.max(againMs, result.againMs);
    else {
      const error = result.kind === 'failed' ? result.error : new ReceiverBusyError();
      context.log.warn('notification.undelivered', { run: key.id, channel: name, error });
      if (final) await context.deadLetters.add(deadLetter(document, { name, target }, error));
      isUndelivered = true;
    }
  }
  if (isUndelivered) return { kind: 'undelivered' };
  return againMs > 0 ? { kind: 'busy', againMs } : { kind: 'notified' };
}

/** Until the last there was no time to try: the receiver has too many notifications, or lets each of them wait. */
class ReceiverBusyError extends AppError {
  override readonly name = 'ReceiverBusyError';
  constructor() {
    super('The receiver has more notifications than it takes.', { code: 'RECEIVER_BUSY', retryable: true });
  }
}

/** The run may be under repair by now, or canceled: only what was delivered is added to what is there. */
async function noteDelivered(context: AppContext, key: RunKey, delivery: string): Promise<void> {
  await updateRun(context, await currentRun(context, key), (record) =>
    record.delivered.includes(delivery) ? undefined : { ...record, delivered: [...record.delivered, delivery] },
  );
}

function deadLetter(document: RunDocument, { name, target }: NotificationTarget, error: unknown): DeadLetter {
  const code = error instanceof AppError ? error.code : 'UNKNOWN';
  return { run_id: document.id, channel: name, target, code, links: { self: document.links.self } };
}
