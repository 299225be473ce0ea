import type { Call, Handle } from '../shared/http/handler.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { acceptSubscription, parseSubscription } from '../shared/http/run/subscription.ts';
import { requestedTemplate } from '../shared/http/template/template-response.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/templates/{name}/subscriptions` */
export const handle: Handle<Call> = async (request, context, call) => {
  const template = requestedTemplate(request, context, call);
  const parsed = parseSubscription(template, await readJsonBody(request), context.config);
  return acceptSubscription(request, context, runOrchestrationsOf(call.invocation), parsed, call);
};
