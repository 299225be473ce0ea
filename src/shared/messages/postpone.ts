import type { AppContext } from '../context.ts';
import { storageCall } from '../storage/storage.ts';
import { encodedMessage } from './message-text.ts';

/** Whatever a limit says of its own end, others may give way before. */
const MAX_DELAY_MS = 10 * 60_000;
const MIN_DELAY_MS = 5_000;

/** For ever, as Azure Queue Storage says it. */
const NEVER = -1;
const MAX_TIME_TO_LIVE_SECONDS = 2_147_483_647;

/**
 * Puts a message into its queue again, to be delivered after a while: a new message, as the host counts how often one was
 * delivered and soon gives it up. It expires when the old one would have; false where that is sooner.
 * @throws {StorageUnavailableError}
 */
export async function postpone(
  context: AppContext,
  queueName: string,
  text: string,
  { retryAfterMs, expiresAtMs }: { retryAfterMs: number; expiresAtMs: number | undefined },
): Promise<boolean> {
  const visibilityTimeout = Math.ceil(Math.min(Math.max(retryAfterMs, MIN_DELAY_MS), MAX_DELAY_MS) / 1_000);
  const messageTimeToLive = secondsUntil(expiresAtMs, context.now());
  if (messageTimeToLive !== NEVER && messageTimeToLive <= visibilityTimeout) return false;
  const queue = await context.storage.queue(queueName);
  await storageCall(() => queue.sendMessage(encodedMessage(text), { visibilityTimeout, messageTimeToLive }));
  return true;
}

function secondsUntil(atMs: number | undefined, nowMs: number): number {
  const seconds = atMs === undefined ? Infinity : Math.floor((atMs - nowMs) / 1_000);
  return seconds > MAX_TIME_TO_LIVE_SECONDS ? NEVER : Math.max(seconds, 0);
}
