import type { App } from '../app.ts';
import type { NotifyRequest } from '../domain/run-request.ts';
import type { RunKey } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import type { Channel } from '../notify/channel.ts';
import type { DeadLetter } from '../notify/dead-letters.ts';
import type { Activities } from '../workflow/steps.ts';
import { amendRun } from './amend-run.ts';
import { currentRun } from './current-run.ts';
import type { RunDocument } from './run-document.ts';

type Step = Activities['notify-end'];

/**
 * Tells whoever wanted to know how an attempt ended, even if the run is under repair by now. No channel's trouble keeps
 * the others from being told, and what was delivered is noted, so that only the rest is tried again. What cannot be
 * told even at the `final` try is kept as a dead letter.
 */
export async function notifyEnd(app: App, { key, attempt, final }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(app, key);
  const { notify } = record.request;
  const end = notify === null ? undefined : await app.archive.readEnd(key.id, attempt);
  if (notify === null || end === undefined) return { kind: 'told' };
  const document = JSON.parse(end) as RunDocument;
  const delivered: string[] = [];
  const undelivered: DeadLetter[] = [];
  for (const { channel, target } of dueChannels(app, notify)) {
    const delivery = `${channel.name}:${attempt}`;
    if (record.delivered.includes(delivery)) continue;
    try {
      await channel.tell(document, target);
      delivered.push(delivery);
    } catch (error) {
      app.log.warn('notification_undelivered', { run: key.id, channel: channel.name, error });
      undelivered.push(deadLetter(document, channel, target, error));
    }
  }
  if (delivered.length > 0) await noteDelivered(app, key, delivered);
  if (final) for (const letter of undelivered) await app.deadLetters.add(letter);
  return { kind: undelivered.length === 0 ? 'told' : 'undelivered' };
}

/** The run may be under repair again by now, or wished to stop: only what was delivered is added to what is there. */
async function noteDelivered(app: App, key: RunKey, delivered: string[]): Promise<void> {
  await amendRun(app, await currentRun(app, key), (record) => ({
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
