import type { InvocationContext } from '@azure/functions';
import type { AppContext } from '../shared/context.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { receiveEvent } from '../shared/messages/receive-event.ts';
import { messageOrigin } from './message-origin.ts';

/** Accepts what an event asks for that Event Grid has delivered. @throws as `receiveEvent` */
export async function receivePublished(
  context: AppContext,
  event: unknown,
  invocation: InvocationContext,
): Promise<void> {
  await receiveEvent(context, runOrchestrationsOf(invocation), event, messageOrigin(context, invocation));
}
