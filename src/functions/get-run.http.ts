import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { preferredWaitMs } from '../shared/http/prefer.ts';
import { documentFor, requestedRun } from '../shared/http/run/run-response.ts';
import { isCompleted, waitForRun } from '../shared/ledger/wait-for-run.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `GET /api/runs/{id}` */
export const handle: Handle<Call> = async (request, context, call) => {
  const stored = await requestedRun(request, context, call, { action: 'runs:read' });
  const waitMs = preferredWaitMs(request.headers.get('prefer'));
  const run = await waitForRun(context, stored, waitMs, (now) => isCompleted(now) || now.etag !== stored.etag);
  return json(200, await documentFor(request, context, runOrchestrationsOf(call.invocation), run));
};
