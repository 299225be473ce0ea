import { healthResponse, unconfiguredHealth } from '../shared/http/health/health-response.ts';
import { runOrchestrationsOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('health', {
  methods: ['GET'],
  route: 'health',
  access: 'open-at-any-host',
  handle: (request, context, call) =>
    healthResponse(request, context, { orchestrations: runOrchestrationsOf(call.invocation), call }),
  unconfigured: unconfiguredHealth,
});
