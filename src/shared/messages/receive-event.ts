import type { AppContext } from '../context.ts';
import type { RunOrchestrations } from '../durable/run-orchestrations.ts';
import { ProblemError } from '../http/problem.ts';
import { parseJsonValue } from '../http/read-json-body.ts';
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
  const text = textOf(event);
  try {
    await context.documents.refresh();
    if (text === undefined) throw new ProblemError('JSON_TOO_DEEP', 'The event is nested too deep to be read.');
    // Within the bounds of all bodies, which the host did not ask about.
    parseJsonValue(text);
    await acceptEvent(context, orchestrations, event, details);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.extras.retryAfterMs !== undefined || problem.status >= 500) throw error;
    const kept = { queue: EVENTS_QUEUE, messageId: idOf(event), text: text ?? '' } as const;
    await keepRefused(context, kept, refusalOf(problem));
  }
}

/** Undefined where the event is nested so deep that it cannot be written down. */
function textOf(event: unknown): string | undefined {
  try {
    return stringifyJson(event);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function idOf(event: unknown): string {
  const id = typeof event === 'object' && event !== null && 'id' in event ? event.id : undefined;
  return typeof id === 'string' ? id.slice(0, 255).toWellFormed() : '';
}
