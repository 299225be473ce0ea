import { app, type InvocationContext } from '@azure/functions';
import { openContext, usableContext } from '../shared/create-context.ts';
import { durableClient, runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { receiveEvent } from '../shared/messages/receive-event.ts';
import { runEvents } from '../shared/messages/run-events.ts';
import { logged } from '../shared/telemetry/logged.ts';
import { messageOrigin } from './message-origin.ts';

const context = usableContext();
if (context !== undefined && runEvents.isRead(context.config)) {
  app.eventGrid('receive-event', {
    extraInputs: [durableClient],
    handler: logged('receive-event', openContext, (event: unknown, invocation: InvocationContext) =>
      receiveEvent(context, runOrchestrationsOf(invocation), event, messageOrigin(context, invocation)),
    ),
  });
}
