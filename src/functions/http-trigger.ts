import { app, type HttpMethod } from '@azure/functions';
import { usableConfig } from '../shared/config/open-settings.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import { arrivalOf } from '../shared/http/arrival.ts';
import { authLevel } from '../shared/http/auth-level.ts';
import type { CallerChecks, CallerHandler, Endpoint, OpenChecks, OpenHandler } from '../shared/http/handler.ts';
import { openContext } from '../shared/open-context.ts';
import { hostOrigin } from './host-origin.ts';
import { noteRoute } from './registered-routes.ts';

/** What the host knows of a function behind HTTP. */
interface Trigger {
  methods: HttpMethod[];
  /** Below `/api/`, with names in braces. */
  route: string;
}

type CallerRoute = Trigger & CallerChecks & { load: () => Promise<CallerHandler> };
type OpenRoute = Trigger & OpenChecks & { load: () => Promise<OpenHandler> };

/** A function behind HTTP: how it is registered, and the module that is loaded with its first request. */
export type HttpRoute = CallerRoute | OpenRoute;

/** Registers the endpoints that the documents describe, by the names of their descriptions. */
export function registerRoutes(routes: Readonly<Record<string, HttpRoute>>): void {
  for (const [name, endpoint] of Object.entries(routes)) {
    const { methods, route, query = {}, access = 'callers' } = endpoint;
    noteRoute({ name, methods, route, query, access });
    httpTrigger(name, endpoint);
  }
}

/** Registers an endpoint under its route. Every function behind HTTP is registered here, and so asks who calls. */
export function httpTrigger(name: string, endpoint: HttpRoute): void {
  const { methods, route, access = 'callers' } = endpoint;
  app.http(name, {
    methods,
    route,
    authLevel: authLevel(usableConfig()?.auth.mode, access),
    // Through it a function knows the host's own address, whatever a request says of it.
    extraInputs: [durableClient],
    handler: async (request, invocation) => {
      const arrival = arrivalOf(invocation);
      const [{ httpHandler }, loaded] = await Promise.all([import('../shared/http/handler.ts'), endpointOf(endpoint)]);
      return httpHandler(openContext, loaded, hostOrigin)(request, invocation, arrival);
    },
  });
}

async function endpointOf(route: HttpRoute): Promise<Endpoint> {
  try {
    return isOpen(route) ? { ...route, ...(await route.load()) } : { ...route, ...(await route.load()) };
  } catch (error) {
    // It is returned as a problem document like any other failure, and logged.
    return { ...route, handle: () => Promise.reject(error) };
  }
}

function isOpen(route: HttpRoute): route is OpenRoute {
  return route.access !== undefined && route.access !== 'callers';
}
