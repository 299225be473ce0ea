import type { Call, Handle } from '../shared/http/handler.ts';
import { acceptRequest } from '../shared/http/run/accept-request.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { requestedJob } from '../shared/http/run/requested-job.ts';
import { parseRunNowRequest } from '../shared/http/run/run-request.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';

/** `POST /api/jobs/{job}/runs` */
export const handle: Handle<Call> = async (request, context, call) => {
  const job = requestedJob(request);
  const parsed = parseRunNowRequest(await readOptionalJsonBody(request), job, context.config);
  return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
};
