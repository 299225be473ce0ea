import type { Call, Handle } from '../shared/http/handler.ts';
import { acceptRequest } from '../shared/http/run/accept-request.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { parseSubmitRequest } from '../shared/http/run/run-request.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/runs` */
export const handle: Handle<Call> = async (request, context, call) => {
  const parsed = parseSubmitRequest(await readJsonBody(request), context.config);
  return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
};
