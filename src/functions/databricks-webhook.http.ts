import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { checkDestination, parseNotification } from '../shared/http/webhook/databricks-webhook.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { handleRunNotification } from '../shared/runs/watch/handle-run-notification.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/webhooks/databricks` */
export const handle: Handle<OpenCall> = async (request, context, { invocation }) => {
  const workspaces = await checkDestination(request.headers.get('authorization'), context);
  const notified = parseNotification(await readJsonBody(request));
  await handleRunNotification(context, runOrchestrationsOf(invocation), workspaces, notified);
  return { status: 200 };
};
