import { app, trigger } from '@azure/functions';
import { openContext, usableContext } from '../shared/create-context.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { deliveryOf } from '../shared/messages/delivery.ts';
import type { MessageSource } from '../shared/messages/message-source.ts';
import { receiveMessage } from '../shared/messages/receive-message.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { messageOrigin } from './message-origin.ts';

/**
 * Registers a function for the messages of a queue. While the settings cannot be used the messages stay where they are:
 * the host would give up each of them after a few tries.
 */
export function queueTrigger(name: string, source: MessageSource): void {
  const context = usableContext();
  if (context === undefined || !source.isRead(context.config)) return;
  app.generic(name, {
    trigger: trigger.generic({
      type: 'queueTrigger',
      queueName: source.queue,
      connection: 'AzureWebJobsStorage',
      // What the library is given as text it parses as JSON, and numbers lose their digits.
      dataType: 'binary',
    }),
    extraInputs: [durableClient],
    handler: logged(name, openContext, async (message, invocation) => {
      const [delivery, origin] = [deliveryOf(message, invocation), messageOrigin(context, invocation)];
      await receiveMessage(context, runOrchestrationsOf(invocation), source, delivery, origin);
    }),
  });
}
