import type { AppContext } from '../context.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import { toProblem } from '../http/to-problem.ts';
import { rawText, type Delivery } from './delivery.ts';
import { fitsMessage, messageText } from './message-text.ts';
import type { MessageDetails, MessagePart, MessageSource } from './message-source.ts';
import { refusalOf, type Refusal } from './poison-entry.ts';
import { postpone } from './postpone.ts';
import { keepRefused } from './refused-messages.ts';

/**
 * So often a message is worked on that ends its process, or that fails for no known reason. The host counts further
 * (`maxDequeueCount` in `host.json`): what it gives up by itself it keeps without a reason.
 */
const MAX_DELIVERIES = 5;

const UNFINISHED: Refusal = {
  code: 'MESSAGE_UNFINISHED',
  reason: `The message has been delivered ${MAX_DELIVERIES} times, and each time the app ended before it was done with it.`,
  errors: [],
};

/**
 * Accepts what a message asks for. What can never be accepted is kept in the queue's poison queue, with the reason; for
 * what cannot be accepted now the message is put back for as long as that takes. Either way the message is done with.
 * @throws where neither can be done, so that the host delivers the message again
 */
export async function receiveMessage(
  context: AppContext,
  orchestrations: RunOrchestrations,
  source: MessageSource,
  delivery: Delivery,
  details: Omit<MessageDetails, 'messageId'>,
): Promise<void> {
  const { messageId, count } = delivery;
  const message = { context, source, delivery };
  if (count > MAX_DELIVERIES) {
    const refused = { queue: source.queue, messageId, text: rawText(delivery), isRepeated: true };
    return keepRefused(context, refused, UNFINISHED);
  }
  let parts: MessagePart[];
  try {
    await context.documents.refresh();
    parts = source.read(messageText(delivery.message));
  } catch (error) {
    return settle(message, rawText(delivery), error);
  }
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part.accept(context, orchestrations, { messageId, ...details }).catch((error: unknown) => {
        return settle(message, part.text, error);
      });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Puts off what may be accepted later, and keeps what never can be. */
async function settle(
  { context, source, delivery }: { context: AppContext; source: MessageSource; delivery: Delivery },
  text: string,
  error: unknown,
): Promise<void> {
  const { messageId, count, expiresAtMs } = delivery;
  const problem = toProblem(error);
  const { retryAfterMs } = problem.extras;
  const again = source.again(text, messageId);
  const mayBePutOff = retryAfterMs !== undefined && fitsMessage(again);
  if (mayBePutOff && (await postpone(context, source.queue, again, { retryAfterMs, expiresAtMs }))) {
    context.log.warn('message.postponed', { queue: source.queue, message: messageId, code: problem.code, error });
    return;
  }
  // A fault of the gateway's own may be gone with the next process; what grows too large with its key waits at the host.
  const mayPass = retryAfterMs === undefined ? problem.status >= 500 : !mayBePutOff;
  if (mayPass && count < MAX_DELIVERIES) throw error;
  const refused = { queue: source.queue, messageId, text, isRepeated: count > 1 };
  await keepRefused(context, refused, refusalOf(problem));
}
