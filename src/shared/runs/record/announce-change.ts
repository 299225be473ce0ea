import type { AppContext } from '../../context.ts';
import { notificationDocument, runDocument, runLinks, type NotificationDocument } from '../../domain/run-document.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { RunChange } from '../../notify/channel.ts';

/** What of a row says how a run stands. */
type Standing = Pick<StoredRun, 'record' | 'cancelRequestedAtMs'>;

/**
 * Publishes what has become of a run to the channels that its request names and that follow runs on their way. One try:
 * what fails is logged and delays nothing. The end is not for here: that is delivered at least once.
 */
export async function announceChange(
  context: AppContext,
  run: Standing,
  change: Exclude<RunChange, 'completed'>,
): Promise<void> {
  const { id, request } = run.record;
  for (const { name } of request.notify?.channels ?? []) {
    const channel = context.channels.get(name);
    if (channel?.announce === undefined) continue;
    const announcement = await context.deliveries.announce(channel, change, sentDocument(context, run));
    if (announcement.kind !== 'delivered')
      context.log.warn('event.unpublished', {
        run: id,
        channel: name,
        change,
        error: announcement.kind === 'failed' ? announcement.error : undefined,
      });
  }
}

/** The run document as notifications carry it. */
export function sentDocument({ config }: Pick<AppContext, 'config'>, run: Standing): NotificationDocument {
  const { id, baseUrl } = run.record;
  const links = runLinks(config.publicUrl ?? config.platformUrl ?? baseUrl ?? '', id);
  return notificationDocument(runDocument(run, links, null));
}
