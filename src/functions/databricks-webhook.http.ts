import { checkDestination, parseNotification } from '../shared/http/webhook/databricks-webhook.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { handleRunNotification } from '../shared/runs/watch/handle-run-notification.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('databricks-webhook', {
  methods: ['POST'],
  route: 'webhooks/databricks',
  // Databricks sends HTTP Basic credentials, whatever callers have to send.
  access: 'open',
  handle: async (request, context, { invocation }) => {
    const workspaces = await checkDestination(request.headers.get('authorization'), context);
    const notified = parseNotification(await readJsonBody(request));
    await handleRunNotification(context, runOrchestrationsOf(invocation), workspaces, notified);
    return { status: 200 };
  },
});
