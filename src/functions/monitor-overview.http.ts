import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { overviewDocument } from '../shared/http/monitor/overview-document.ts';

/** `GET /api/monitor/overview` */
export const handle: Handle<Call> = async (request, context, call) => {
  const orchestrations = runOrchestrationsOf(call.invocation);
  return json(200, await overviewDocument(context, orchestrations, { call, query: request.query }));
};
