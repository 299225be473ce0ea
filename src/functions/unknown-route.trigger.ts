import { httpTrigger } from './http-trigger.ts';

/**
 * What no other function takes. Azure's host tries routes in the order of the functions' names: this one has to be the
 * last.
 * @see https://github.com/Azure/azure-functions-host/issues/9876
 */
httpTrigger('unknown-route', {
  // No TRACE: the Functions library cannot make a request of it (https://fetch.spec.whatwg.org/#methods), and never responds.
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  route: '{*path}',
  access: 'open',
  takesAnyQuery: true,
  load: () => import('./unknown-route.http.ts'),
});
