import { documentResponse } from '../shared/http/openapi/document-response.ts';
import { httpTrigger, registeredRoutes } from './http-trigger.ts';

httpTrigger('get-openapi', {
  methods: ['GET'],
  route: 'openapi.json',
  // It says what anybody can read in the gateway's own source, and how to say who one is.
  access: 'open',
  handle: async (request, context) => {
    const { OPERATIONS } = await import('./operations.ts');
    return documentResponse('3.1', request, context, { operations: OPERATIONS, routes: registeredRoutes() });
  },
});
