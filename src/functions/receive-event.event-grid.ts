import { app, type InvocationContext } from '@azure/functions';
import { usableConfig } from '../shared/config/open-settings.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import { takesEvents } from '../shared/messages/takes-events.ts';
import { openContext } from '../shared/open-context.ts';
import { logged } from '../shared/telemetry/logged.ts';

const config = usableConfig();
if (config !== undefined && takesEvents(config)) {
  app.eventGrid('receive-event', {
    extraInputs: [durableClient],
    handler: logged('receive-event', openContext, async (event: unknown, invocation: InvocationContext) => {
      const [context, { receivePublished }] = await Promise.all([openContext(), import('./receive-published.ts')]);
      await receivePublished(context, event, invocation);
    }),
  });
}
