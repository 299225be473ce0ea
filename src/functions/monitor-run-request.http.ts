import { json } from '../shared/http/handler.ts';
import { requestDocument } from '../shared/http/monitor/request-document.ts';
import { requestedRun } from '../shared/http/run/run-response.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('monitor-run-request', {
  methods: ['GET'],
  route: 'monitor/runs/{id}/request',
  handle: async (request, context, call) => {
    const stored = await requestedRun(request, context, call, { action: 'runs:read' });
    return json(200, await requestDocument(context, stored));
  },
});
