import type { Call, Handle } from '../shared/http/handler.ts';
import { booleanParameter, preferredWaitMs } from '../shared/http/prefer.ts';
import { resultResponse } from '../shared/http/run/result-response.ts';
import { accepted, documentFor, requestedRun } from '../shared/http/run/run-response.ts';
import { isCompleted, waitForRun } from '../shared/ledger/wait-for-run.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `GET /api/runs/{id}/result` */
export const handle: Handle<Call> = async (request, context, call) => {
  const failOnError = booleanParameter(request.query, 'fail_on_error');
  const waitMs = preferredWaitMs(request.headers.get('prefer'));
  const stored = await requestedRun(request, context, call, { action: 'runs:read' });
  const run = await waitForRun(context, stored, waitMs, isCompleted);
  const document = await documentFor(request, context, runOrchestrationsOf(call.invocation), run);
  if (!isCompleted(run)) return accepted(document, {}, failOnError);
  return resultResponse(context, document, { failOnError, recipient: call });
};
