import { documentResponse } from '../shared/http/openapi/document-response.ts';
import { httpTrigger, registeredRoutes } from './http-trigger.ts';

httpTrigger('get-swagger', {
  methods: ['GET'],
  route: 'swagger.json',
  access: 'open',
  handle: async (request, context) => {
    const { OPERATIONS } = await import('./operations.ts');
    return documentResponse('2.0', request, context, { operations: OPERATIONS, routes: registeredRoutes() });
  },
});
