import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { requestDocument } from '../shared/http/monitor/request-document.ts';
import { requestedRun } from '../shared/http/run/run-response.ts';

/** `GET /api/monitor/runs/{id}/request` */
export const handle: Handle<Call> = async (request, context, call) => {
  const stored = await requestedRun(request, context, call, { action: 'runs:read' });
  return json(200, await requestDocument(context, stored));
};
