import { isoTime } from './instant.ts';
import type { NotificationTarget } from './run-request.ts';

/**
 * How a notification stands. `pending`: no try has been made; `failed`: the last one failed, and there will be more;
 * `abandoned`: there will be none, unless somebody asks for them.
 */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'abandoned';

/** How the notification of one receiver of the end of one attempt of a run stands. */
export interface DeliveryState {
  channel: string;
  /** As the request names it: the address of a callback may hold a signature, and is never shown whole. */
  target: string;
  /** The attempt of the run whose end it is about. */
  attempt: number;
  status: DeliveryStatus;
  /** How many tries were made. */
  tries: number;
  /** Why the last try failed; null once one has succeeded. */
  lastError: string | null;
  /** When the state was written last, epoch ms. */
  atMs: number;
}

/** The state of a notification of which there was no try yet. */
export function pendingDelivery({ name, target }: NotificationTarget, attempt: number, nowMs: number): DeliveryState {
  return { channel: name, target, attempt, status: 'pending', tries: 0, lastError: null, atMs: nowMs };
}

/** The state of a notification of which there will be no try, and why. */
export function abandonedDelivery(
  target: NotificationTarget,
  attempt: number,
  nowMs: number,
  why: string,
): DeliveryState {
  return { ...pendingDelivery(target, attempt, nowMs), status: 'abandoned', lastError: why };
}

/** Whether it has arrived, or is not tried any more. */
export function isSettled({ status }: DeliveryState): boolean {
  return status === 'delivered' || status === 'abandoned';
}

/** Whether two states are of the same notification. */
export function isSameDelivery(one: DeliveryState, other: DeliveryState): boolean {
  return one.channel === other.channel && one.target === other.target && one.attempt === other.attempt;
}

/** What of earlier attempts is still to be delivered, and the notifications of another end. */
export function withDeliveriesOf(earlier: readonly DeliveryState[], next: readonly DeliveryState[]): DeliveryState[] {
  return [...earlier.filter((delivery) => !isSettled(delivery)), ...next];
}

/** The notifications of the latest end that was notified of. */
export function latestDeliveries(deliveries: readonly DeliveryState[]): DeliveryState[] {
  const latest = Math.max(0, ...deliveries.map(({ attempt }) => attempt));
  return deliveries.filter(({ attempt }) => attempt === latest);
}

/** How the notifications of the latest end stand, as the run document has them. */
export function deliveryDocuments(deliveries: readonly DeliveryState[]) {
  return latestDeliveries(deliveries).map(({ channel, target, status, tries, lastError, atMs }) => ({
    channel,
    target: shownTarget(target),
    status,
    attempts: tries,
    last_error: lastError,
    at: isoTime(atMs),
  }));
}

/**
 * A target as it may be shown: of a URL its origin. Its path and its query may each be what lets in whoever knows them,
 * and more people may read a run than the one who named the address.
 */
export function shownTarget(target: string): string {
  const scheme = /^https?:\/\//i.exec(target)?.[0];
  if (scheme === undefined) return target;
  const url = URL.parse(target);
  return url === null ? scheme : url.origin;
}
