import { healthAnswer, unconfiguredHealth } from '../shared/http/health/health-response.ts';
import { engineOf } from '../shared/durable/durable-client.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('health', {
  methods: ['GET'],
  route: 'health',
  access: 'open-at-any-host',
  handle: (request, app, call) => healthAnswer(request, app, { engine: engineOf(call.context), call }),
  unconfigured: unconfiguredHealth,
});
