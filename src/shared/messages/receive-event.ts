import type { AppContext } from '../context.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import { toProblem } from '../http/to-problem.ts';
import { stringifyJson } from '../json.ts';
import type { MessageDetails } from './message-source.ts';
import { refusalOf } from './poison-entry.ts';
import { keepRefused } from './refused-messages.ts';
import { acceptEvent, EVENTS_QUEUE } from './run-events.ts';

/**
 * Accepts what an event of the Event Grid trigger asks for. What can never be accepted is kept as the queue of events
 * keeps it: Event Grid would deliver it again for a day.
 * @throws where it may be accepted later, so that Event Grid delivers it again
 */
export async function receiveEvent(
  context: AppContext,
  orchestrations: RunOrchestrations,
  event: unknown,
  details: Omit<MessageDetails, 'messageId'>,
): Promise<void> {
  try {
    await context.documents.refresh();
    await acceptEvent(context, orchestrations, event, details);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.extras.retryAfterMs !== undefined || problem.status >= 500) throw error;
    const kept = { queue: EVENTS_QUEUE, messageId: idOf(event), text: stringifyJson(event) } as const;
    await keepRefused(context, kept, refusalOf(problem));
  }
}

function idOf(event: unknown): string {
  const id = typeof event === 'object' && event !== null && 'id' in event ? event.id : undefined;
  return typeof id === 'string' ? id.slice(0, 255).toWellFormed() : '';
}
