import { acceptRequest, ACCEPTANCE_PARAMETERS } from '../shared/http/run/accept-request.ts';
import { readOptionalJsonBody } from '../shared/http/read-json-body.ts';
import { requestedJob } from '../shared/http/run/requested-job.ts';
import { parseRunNowRequest } from '../shared/http/run/run-request.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('run-job', {
  methods: ['POST'],
  route: 'jobs/{job}/runs',
  query: { ...ACCEPTANCE_PARAMETERS, name: 'once' },
  handle: async (request, context, call) => {
    const job = requestedJob(request);
    const parsed = parseRunNowRequest(await readOptionalJsonBody(request), job, context.config);
    return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
  },
});
