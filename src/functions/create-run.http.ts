import { acceptRequest, ACCEPTANCE_PARAMETERS } from '../shared/http/run/accept-request.ts';
import { readJsonBody } from '../shared/http/read-json-body.ts';
import { parseSubmitRequest } from '../shared/http/run/run-request.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('create-run', {
  methods: ['POST'],
  route: 'runs',
  query: ACCEPTANCE_PARAMETERS,
  handle: async (request, context, call) => {
    const parsed = parseSubmitRequest(await readJsonBody(request), context.config);
    return acceptRequest(request, context, runOrchestrationsOf(call.invocation), parsed, call);
  },
});
