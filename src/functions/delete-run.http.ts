import { json, type Call, type Handle } from '../shared/http/handler.ts';
import { accepted, requestedRun, settledDocument } from '../shared/http/run/run-response.ts';
import { requestCancel } from '../shared/runs/accept/request-cancel.ts';
import { isCompleted } from '../shared/ledger/wait-for-run.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `DELETE /api/runs/{id}` */
export const handle: Handle<Call> = async (request, context, call) => {
  const orchestrations = runOrchestrationsOf(call.invocation);
  const stored = await requestedRun(request, context, call, { action: 'runs:cancel' });
  const run = await requestCancel(context, orchestrations, stored);
  const document = await settledDocument(request, context, orchestrations, run);
  return isCompleted(run) ? json(200, document) : accepted(document);
};
