import type { App } from '../app.ts';
import type { NotifyRequest } from '../domain/run-request.ts';
import { AppError } from '../errors.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Channel } from '../notify/channel.ts';
import type { DeadLetter } from '../notify/dead-letters.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';
import { runDocument, runLinks, type RunDocument } from './run-document.ts';

type Step = Activities['notify-end'];

/**
 * Tells whoever wanted to know how the run ended; what was delivered is noted, so that only the rest is tried again.
 * What cannot be told even at the `final` try is kept as a dead letter.
 */
export async function notifyEnd(app: App, { key, final }: Step['input']): Promise<Step['output']> {
  const stored = await currentRun(app, key);
  const { record } = stored;
  const { notify } = record.request;
  if (notify === null || record.outcome === null || !notify.on.includes(record.outcome)) return { kind: 'told' };
  const document = runDocument(stored, runLinks(app.config.publicUrl ?? record.baseUrl ?? '', record.id), null);
  const delivered = new Set(record.delivered);
  let undelivered = false;
  for (const { channel, target } of dueChannels(app, notify)) {
    const delivery = `${channel.name}:${record.attempt}`;
    if (delivered.has(delivery)) continue;
    try {
      await channel.tell(document, target);
      delivered.add(delivery);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      undelivered = true;
      if (final) await app.deadLetters.add(deadLetter(document, channel, target, error));
      app.log.warn('notification_undelivered', { run: record.id, channel: channel.name, code: error.code });
    }
  }
  await noteDelivered(app, stored, [...delivered]);
  return { kind: undelivered ? 'undelivered' : 'told' };
}

/** The run may be under repair again by now, or wished to stop: only what was delivered is added to what is there. */
async function noteDelivered(app: App, stored: StoredRun, delivered: string[]): Promise<void> {
  let current: StoredRun | undefined = stored;
  while (current !== undefined) {
    if (await app.ledger.write({ ...current.record, delivered }, current.etag)) return;
    current = await app.ledger.get(stored.record);
  }
}

function deadLetter(document: RunDocument, { name }: Channel, target: string, { code }: AppError): DeadLetter {
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
