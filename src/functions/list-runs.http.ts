import { json } from '../shared/http/handler.ts';
import { LIST_PARAMETERS, runListDocument } from '../shared/http/run/run-list.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('list-runs', {
  methods: ['GET'],
  route: 'runs',
  query: LIST_PARAMETERS,
  handle: async (request, context, call) => {
    const orchestrations = runOrchestrationsOf(call.invocation);
    return json(200, await runListDocument(request, context, orchestrations, { call, query: request.query }));
  },
});
