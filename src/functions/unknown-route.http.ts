import { app } from '@azure/functions';
import { openContext } from '../shared/create-context.ts';
import { httpHandler } from '../shared/http/handler.ts';
import { unknownRoute } from '../shared/http/unknown-route.ts';
import { hostOrigin } from './host-origin.ts';
import { registeredRoutes } from './http-trigger.ts';

/**
 * What no other function takes. Azure's host tries routes in the order of the functions' names: this one has to be the
 * last.
 * @see https://github.com/Azure/azure-functions-host/issues/9876
 */
app.http('unknown-route', {
  // No TRACE: the Functions library cannot make a request of it (https://fetch.spec.whatwg.org/#methods), and never responds.
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  route: '{*path}',
  authLevel: 'anonymous',
  handler: httpHandler(
    openContext,
    {
      access: 'open',
      takesAnyQuery: true,
      handle: ({ method, url }) => Promise.reject(unknownRoute(method, new URL(url).pathname, registeredRoutes())),
    },
    hostOrigin,
  ),
});
