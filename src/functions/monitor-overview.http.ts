import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { json } from '../shared/http/handler.ts';
import { OVERVIEW_PARAMETERS, overviewDocument } from '../shared/http/monitor/overview-document.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('monitor-overview', {
  methods: ['GET'],
  route: 'monitor/overview',
  query: OVERVIEW_PARAMETERS,
  handle: async (request, context, call) => {
    const orchestrations = runOrchestrationsOf(call.invocation);
    return json(200, await overviewDocument(context, orchestrations, { call, query: request.query }));
  },
});
