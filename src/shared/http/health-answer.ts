import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../app.ts';
import type { Health } from '../runs/health.ts';
import { hasCredentials } from './caller.ts';
import { json } from './handler.ts';
import { retryAfterSeconds } from './problem.ts';

const RETRY_AFTER_MS = 10_000;

/** 200 while the gateway can do its work, 503 with `Retry-After` when it cannot. Strangers see the status alone. */
export function healthAnswer(request: HttpRequest, app: App, health: Health): HttpResponseInit {
  const headers: Record<string, string> =
    health.status === 'down' ? { 'retry-after': retryAfterSeconds(RETRY_AFTER_MS) } : {};
  const stranger = !hasCredentials(request, app.config.auth.mode);
  return json(health.status === 'down' ? 503 : 200, stranger ? { status: health.status } : health, headers);
}
