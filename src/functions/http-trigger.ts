import { app, type FunctionInput, type HttpMethod } from '@azure/functions';
import { openApp } from '../shared/create-context.ts';
import { authLevel, httpHandler, type Endpoint } from '../shared/http/handler.ts';

interface Trigger {
  methods: HttpMethod[];
  route: string;
  extraInputs?: FunctionInput[];
}

/** Registers an endpoint under its route. Every function behind HTTP is registered here, and so asks who calls. */
export function httpTrigger(name: string, { methods, route, extraInputs, ...endpoint }: Trigger & Endpoint): void {
  app.http(name, {
    methods,
    route,
    authLevel: authLevel(openApp, endpoint),
    ...(extraInputs === undefined ? {} : { extraInputs }),
    handler: httpHandler(openApp, endpoint),
  });
}
