import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import type { ConfigError } from '../../config/config-error.ts';
import { checkHealth } from '../../health/check-health.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { callerOf } from '../caller.ts';
import { functionKey, isFunctionKey } from '../function-key.ts';
import { json, type OpenCall } from '../handler.ts';
import { healthChecks } from './health-checks.ts';
import { retryAfterSeconds } from '../problem.ts';

const RETRY_AFTER_MS = 10_000;

/**
 * How old the report for an anonymous caller may be, so that frequent requests do not become requests to the
 * workspaces.
 */
const MAX_AGE_FOR_ANONYMOUS_MS = 5_000;

/**
 * 200 while the gateway can do its work, 503 with `Retry-After` when it cannot. Anonymous callers see the status alone.
 */
export async function healthResponse(
  request: HttpRequest,
  context: AppContext,
  { orchestrations, call }: { orchestrations: RunOrchestrations; call: OpenCall },
): Promise<HttpResponseInit> {
  const isKnown = await isKnownCaller(request, context, call);
  const check = () => checkHealth(healthChecks(context, orchestrations));
  const health = await context.health.get(check, isKnown ? 0 : MAX_AGE_FOR_ANONYMOUS_MS);
  const document = isKnown ? health : { status: health.status };
  return health.status === 'down' ? down(document) : json(200, document);
}

/** 503 that names the settings which are wrong, and nothing of what is in them. */
export function unconfiguredHealth({ code, settings }: ConfigError): HttpResponseInit {
  const checks = { configuration: { status: 'down', detail: `${code}: ${settings.join(', ')}` } };
  return down({ status: 'down', code, checks });
}

function down(document: unknown): HttpResponseInit {
  return json(503, document, { 'retry-after': retryAfterSeconds(RETRY_AFTER_MS) });
}

async function isKnownCaller(request: HttpRequest, context: AppContext, call: OpenCall): Promise<boolean> {
  const { hostOrigin, invocation } = call;
  if (context.config.auth.mode === 'keys') {
    // The route is open to all, so that the host has not looked at the key.
    const key = functionKey(request);
    return key !== undefined && isFunctionKey(hostOrigin(), key);
  }
  const { functionName } = invocation;
  return callerOf(request, context, { hostOrigin, functionName }).then(
    () => true,
    () => false,
  );
}
