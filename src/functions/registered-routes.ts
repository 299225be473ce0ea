import type { Route } from '../shared/http/openapi/described-route.ts';

const ROUTES: Route[] = [];

/** What has been registered, for the documents that describe it. */
export function registeredRoutes(): readonly Route[] {
  return ROUTES;
}

/** Notes what an endpoint is registered under. */
export function noteRoute(route: Route): void {
  ROUTES.push(route);
}
