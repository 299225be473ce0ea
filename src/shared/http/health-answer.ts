import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../app.ts';
import { checkHealth } from '../runs/health.ts';
import type { Orchestrations } from '../runs/orchestrations.ts';
import { functionKey, isFunctionKey } from './function-key.ts';
import { json } from './handler.ts';
import { retryAfterSeconds } from './problem.ts';

const RETRY_AFTER_MS = 10_000;

/** How old an answer to a stranger may be: nobody who asks often makes the gateway ask the workspaces as often. */
const MAX_AGE_FOR_STRANGERS_MS = 5_000;

/** 200 while the gateway can do its work, 503 with `Retry-After` when it cannot. Strangers see the status alone. */
export async function healthAnswer(
  request: HttpRequest,
  app: App,
  host: { engine: Orchestrations; origin: string },
): Promise<HttpResponseInit> {
  const isKnown = await isKnownCaller(request, app, host.origin);
  const check = () => checkHealth(app, host.engine);
  const health = await app.health.get(check, isKnown ? 0 : MAX_AGE_FOR_STRANGERS_MS);
  const headers: Record<string, string> =
    health.status === 'down' ? { 'retry-after': retryAfterSeconds(RETRY_AFTER_MS) } : {};
  return json(health.status === 'down' ? 503 : 200, isKnown ? health : { status: health.status }, headers);
}

async function isKnownCaller(request: HttpRequest, app: App, hostOrigin: string): Promise<boolean> {
  switch (app.config.auth.mode) {
    case 'anonymous':
      return true;
    case 'easy-auth':
      return request.headers.has('x-ms-client-principal');
    case 'keys': {
      const key = functionKey(request);
      return key !== undefined && isFunctionKey(hostOrigin, key);
    }
  }
}
