import type { InvocationContext } from '@azure/functions';
import type { AppContext } from '../shared/context.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { deliveryOf } from '../shared/messages/delivery.ts';
import type { MessageSource } from '../shared/messages/message-source.ts';
import { receiveMessage } from '../shared/messages/receive-message.ts';
import { messageOrigin } from './message-origin.ts';

/** Accepts what a message asks for that the host has taken from a queue. @throws as `receiveMessage` */
export async function receiveQueued(
  context: AppContext,
  source: MessageSource,
  message: unknown,
  invocation: InvocationContext,
): Promise<void> {
  const [delivery, origin] = [deliveryOf(message, invocation), messageOrigin(context, invocation)];
  await receiveMessage(context, runOrchestrationsOf(invocation), source, delivery, origin);
}
