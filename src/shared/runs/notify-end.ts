import type { App } from '../app.ts';
import type { NotifyRequest } from '../domain/run-request.ts';
import type { RunKey } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import type { Channel } from '../notify/channel.ts';
import type { DeadLetter } from '../notify/dead-letters.ts';
import type { Activities } from '../workflow/activities.ts';
import { updateRun } from './update-run.ts';
import { currentRun } from './current-run.ts';
import type { RunDocument } from './run-document.ts';

type Step = Activities['notify-end'];

/**
 * Notifies whoever wanted to know how an attempt ended, even if the run is under repair by now. No channel's trouble
 * keeps the others from being notified, and what was delivered is noted, so that only the rest is tried again. Where a
 * channel has too much to do, it is tried at another time. What is undelivered even at the `final` try is kept as a dead
 * letter.
 */
export async function notifyEnd(app: App, { key, attempt, final }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(app, key);
  const { notify } = record.request;
  const end = notify === null ? undefined : await app.archive.readEnd(key.id, attempt);
  if (notify === null || end === undefined) return { kind: 'notified' };
  const document = JSON.parse(end) as RunDocument;
  const delivered: string[] = [];
  const undelivered: DeadLetter[] = [];
  let againMs = 0;
  for (const { channel, target } of dueChannels(app, notify)) {
    const delivery = `${channel.name}:${attempt}`;
    if (record.delivered.includes(delivery)) continue;
    const result = await app.deliveries.deliver(channel, document, target);
    if (result.kind === 'delivered') delivered.push(delivery);
    else if (result.kind === 'busy' && !final) againMs = Math.max(againMs, result.againMs);
    else {
      const error = result.kind === 'failed' ? result.error : new ReceiverBusyError();
      app.log.warn('notification_undelivered', { run: key.id, channel: channel.name, error });
      undelivered.push(deadLetter(document, channel, target, error));
    }
  }
  if (delivered.length > 0) await noteDelivered(app, key, delivered);
  if (final) for (const letter of undelivered) await app.deadLetters.add(letter);
  if (undelivered.length > 0) return { kind: 'undelivered' };
  return againMs > 0 ? { kind: 'busy', againMs } : { kind: 'notified' };
}

/** Until the last there was no time to try: the receiver has too many notifications, or lets each of them wait. */
class ReceiverBusyError extends AppError {
  override readonly name = 'ReceiverBusyError';
  constructor() {
    super('The receiver has more notifications than it takes.', { code: 'RECEIVER_BUSY', retryable: true });
  }
}

/** The run may be under repair again by now, or wished to stop: only what was delivered is added to what is there. */
async function noteDelivered(app: App, key: RunKey, delivered: string[]): Promise<void> {
  await updateRun(app, await currentRun(app, key), (record) => ({
    ...record,
    delivered: [...new Set([...record.delivered, ...delivered])],
  }));
}

function deadLetter(document: RunDocument, { name }: Channel, target: string, error: unknown): DeadLetter {
  const code = error instanceof AppError ? error.code : 'UNKNOWN';
  return { run_id: document.id, channel: name, target, code, links: { self: document.links.self } };
}

function dueChannels(app: App, notify: NotifyRequest): { channel: Channel; target: string }[] {
  const { queue, eventGrid, callback } = app.channels;
  return [
    ...(notify.queue ? [{ channel: queue, target: '' }] : []),
    ...(notify.eventGrid && eventGrid !== undefined ? [{ channel: eventGrid, target: '' }] : []),
    ...(notify.callbackUrl === undefined ? [] : [{ channel: callback, target: notify.callbackUrl }]),
  ];
}
