import { checkDestination, parseNotification } from '../shared/http/webhook/databricks-webhook.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { wakeByDatabricksRun } from '../shared/runs/watch/wake-by-databricks-run.ts';
import { engineOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('databricks-webhook', {
  methods: ['POST'],
  route: 'webhooks/databricks',
  // Databricks sends HTTP Basic credentials, whatever callers have to send.
  access: 'open',
  handle: async (request, app, { context }) => {
    const workspaces = await checkDestination(request.headers.get('authorization'), app);
    const notified = parseNotification(await readJsonBody(request));
    await wakeByDatabricksRun(app, engineOf(context), workspaces, notified);
    return { status: 200 };
  },
});
