import type { Call, Handle } from '../shared/http/handler.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { parseRepairRequest } from '../shared/http/run/repair-request.ts';
import { accepted, requestedRun, settledDocument } from '../shared/http/run/run-response.ts';
import { requestRepair } from '../shared/runs/accept/request-repair.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/runs/{id}/repair` */
export const handle: Handle<Call> = async (request, context, call) => {
  const orchestrations = runOrchestrationsOf(call.invocation);
  const body = await readOptionalJsonBody(request);
  const repair = parseRepairRequest(body);
  const stored = await requestedRun(request, context, call, { action: 'runs:repair', repairBody: body });
  const run = await requestRepair(context, orchestrations, stored, repair);
  return accepted(await settledDocument(request, context, orchestrations, run));
};
