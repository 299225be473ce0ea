import type { Call, Handle } from '../shared/http/handler.ts';
import { acceptRequest } from '../shared/http/run/accept-request.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseTemplateCall } from '../shared/http/run/template-request.ts';
import { requestedTemplate } from '../shared/http/template/template-response.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/templates/{name}/runs` */
export const handle: Handle<Call> = async (request, context, call) => {
  const template = requestedTemplate(request, context, call);
  const parsed = parseTemplateCall(template, await readOptionalJsonBody(request), context.config);
  return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
};
