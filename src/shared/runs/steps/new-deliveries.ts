import type { AppContext } from '../../context.ts';
import { abandonedDelivery, pendingDelivery, type DeliveryState } from '../../domain/delivery-state.ts';
import { hasDatabricksWritten, isEmail } from '../../domain/email-writer.ts';
import type { RunRecord } from '../../domain/run-record.ts';

/**
 * The notifications of how an attempt has ended: one for each receiver that wants to know of such an end, but for those
 * to whom Databricks has written. Where the settings do not provide for a channel there is nothing to try, and the state says so.
 */
export function newDeliveries(context: Pick<AppContext, 'channels' | 'now'>, record: RunRecord): DeliveryState[] {
  const {
    outcome,
    attempt,
    request: { notify },
  } = record;
  if (notify === null || outcome === null || !notify.on.includes(outcome)) return [];
  const nowMs = context.now();
  const isWritten = hasDatabricksWritten(record);
  const targets = notify.channels.filter((target) => !(isWritten && isEmail(target)));
  return targets.map((target) =>
    context.channels.has(target.name)
      ? pendingDelivery(target, attempt, nowMs)
      : abandonedDelivery(target, attempt, nowMs, 'The settings of the gateway do not provide for this channel.'),
  );
}
