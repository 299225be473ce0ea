import { app, type HttpMethod } from '@azure/functions';
import { openContext } from '../shared/create-context.ts';
import { authLevel, httpHandler, type Endpoint } from '../shared/http/handler.ts';
import { durableClient } from '../shared/durable/durable-client.ts';
import { hostOrigin } from './host-origin.ts';

interface Trigger {
  methods: HttpMethod[];
  route: string;
}

/** Registers an endpoint under its route. Every function behind HTTP is registered here, and so asks who calls. */
export function httpTrigger(name: string, { methods, route, ...endpoint }: Trigger & Endpoint): void {
  app.http(name, {
    methods,
    route,
    authLevel: authLevel(openContext, endpoint),
    // Through it a function knows the host's own address, whatever a request says of it.
    extraInputs: [durableClient],
    handler: httpHandler(openContext, endpoint, hostOrigin),
  });
}
