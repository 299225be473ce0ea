import { app, type HttpMethod } from '@azure/functions';
import { openContext } from '../shared/create-context.ts';
import { authLevel, httpHandler, type Endpoint } from '../shared/http/handler.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import type { Route } from '../shared/http/openapi/described-route.ts';
import { hostOrigin } from './host-origin.ts';
import type { OperationName } from './operations.ts';

interface Trigger {
  methods: HttpMethod[];
  route: string;
}

const ROUTES: Route[] = [];

/** What has been registered, for the documents that describe it. */
export function registeredRoutes(): readonly Route[] {
  return ROUTES;
}

/**
 * Registers an endpoint under its route. Every function behind HTTP is registered here, and so asks who calls; its name
 * is that of its description in `operations.ts`.
 */
export function httpTrigger(name: OperationName, { methods, route, ...endpoint }: Trigger & Endpoint): void {
  const { query = {}, access = 'callers' } = endpoint;
  ROUTES.push({ name, methods, route, query, access });
  app.http(name, {
    methods,
    route,
    authLevel: authLevel(openContext, endpoint),
    // Through it a function knows the host's own address, whatever a request says of it.
    extraInputs: [durableClient],
    handler: httpHandler(openContext, endpoint, hostOrigin),
  });
}
