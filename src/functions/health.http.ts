import { healthAnswer, unconfiguredHealth } from '../shared/http/health/health-response.ts';
import { durableClient, engineOf } from '../shared/durable/durable-client.ts';
import { hostOrigin } from './host-origin.ts';
import { httpTrigger } from './http-trigger.ts';

httpTrigger('health', {
  methods: ['GET'],
  route: 'health',
  access: 'open-at-any-host',
  extraInputs: [durableClient],
  handle: (request, app, { context }) =>
    healthAnswer(request, app, { engine: engineOf(context), origin: hostOrigin(context) }),
  unconfigured: unconfiguredHealth,
});
