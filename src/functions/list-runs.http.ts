import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { runListDocument } from '../shared/http/run/run-list.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `GET /api/runs` */
export const handle: Handle<Call> = async (request, context, call) => {
  const orchestrations = runOrchestrationsOf(call.invocation);
  return json(200, await runListDocument(request, context, orchestrations, { call, query: request.query }));
};
