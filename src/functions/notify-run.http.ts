import type { Call, Handle } from '../shared/http/handler.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseNotificationsRequest } from '../shared/http/run/notifications-request.ts';
import { accepted, requestedRun, settledDocument } from '../shared/http/run/run-response.ts';
import { requestNotifications } from '../shared/runs/accept/request-notifications.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/runs/{id}/notifications` */
export const handle: Handle<Call> = async (request, context, call) => {
  const orchestrations = runOrchestrationsOf(call.invocation);
  parseNotificationsRequest(await readOptionalJsonBody(request));
  const stored = await requestedRun(request, context, call, { action: 'runs:notify' });
  const run = await requestNotifications(context, orchestrations, stored);
  return accepted(await settledDocument(request, context, orchestrations, run));
};
