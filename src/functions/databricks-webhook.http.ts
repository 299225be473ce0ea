import { app } from '@azure/functions';
import { openApp } from '../shared/app.ts';
import { checkDestination, parseNotification } from '../shared/http/databricks-webhook.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { wakeByDatabricksRun } from '../shared/runs/wake-by-databricks-run.ts';
import { durableClient, engineOf } from './engine.ts';

app.http('databricks-webhook', {
  methods: ['POST'],
  route: 'webhooks/databricks',
  // Databricks sends HTTP Basic credentials and no function key.
  authLevel: 'anonymous',
  extraInputs: [durableClient],
  handler: httpHandler(openApp, async (request, app, context) => {
    const workspaces = await checkDestination(request.headers.get('authorization'), app);
    const notified = parseNotification(await readJsonBody(request));
    await wakeByDatabricksRun(app, engineOf(context), workspaces, notified);
    return { status: 200 };
  }),
});
