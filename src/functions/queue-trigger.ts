import { app, trigger } from '@azure/functions';
import type { Config } from '../shared/config/config.ts';
import { usableConfig } from '../shared/config/open-settings.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import type { MessageSource } from '../shared/messages/message-source.ts';
import { openContext } from '../shared/open-context.ts';
import { logged } from '../shared/telemetry/logged.ts';

interface Queue {
  /** Whether the settings provide for it: else messages stay in the queue. @default always */
  isRead?: (config: Config) => boolean;
  /** Loaded with the first message. */
  load: () => Promise<MessageSource>;
}

/**
 * Registers a function for the messages of a queue of its name. While the settings cannot be used the messages stay where
 * they are: the host would give up each of them after a few tries.
 */
export function queueTrigger(queueName: MessageSource['queue'], { isRead = () => true, load }: Queue): void {
  const config = usableConfig();
  if (config === undefined || !isRead(config)) return;
  app.generic(queueName, {
    trigger: trigger.generic({
      type: 'queueTrigger',
      queueName,
      connection: 'AzureWebJobsStorage',
      // What the library is given as text it parses as JSON, and numbers lose their digits.
      dataType: 'binary',
    }),
    extraInputs: [durableClient],
    handler: logged(queueName, openContext, async (message, invocation) => {
      const [context, source, { receiveQueued }] = await Promise.all([
        openContext(),
        load(),
        import('./receive-queued.ts'),
      ]);
      await receiveQueued(context, source, message, invocation);
    }),
  });
}
