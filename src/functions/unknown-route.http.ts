import type { OpenCall, Handle } from '../shared/http/handler.ts';
import { unknownRoute } from '../shared/http/unknown-route.ts';
import { registeredRoutes } from './registered-routes.ts';

/** What no other function takes. */
export const handle: Handle<OpenCall> = ({ method, url }) =>
  Promise.reject(unknownRoute(method, new URL(url).pathname, registeredRoutes()));
