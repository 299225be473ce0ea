import type { App } from '../app.ts';
import type { NotifyRequest } from '../domain/run-request.ts';
import { AppError } from '../errors.ts';
import type { Channel } from '../notify/channel.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';
import { runDocument, runLinks } from './run-document.ts';

type Step = Activities['notify-end'];

/** Tells whoever wanted to know how the run ended; what was delivered is noted, so that only the rest is tried again. */
export async function notifyEnd(app: App, { key }: Step['input']): Promise<Step['output']> {
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
      app.log.warn('notification_undelivered', { run: record.id, channel: channel.name, code: error.code });
    }
  }
  await app.ledger.write({ ...record, delivered: [...delivered] });
  return { kind: undelivered ? 'undelivered' : 'told' };
}

function dueChannels(app: App, notify: NotifyRequest): { channel: Channel; target: string }[] {
  const { queue, eventGrid, callback } = app.channels;
  return [
    ...(notify.queue ? [{ channel: queue, target: '' }] : []),
    ...(notify.eventGrid && eventGrid !== undefined ? [{ channel: eventGrid, target: '' }] : []),
    ...(notify.callbackUrl === undefined ? [] : [{ channel: callback, target: notify.callbackUrl }]),
  ];
}
