import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../app.ts';
import { parseJson } from '../json.ts';
import { acceptRun } from '../runs/accept-run.ts';
import type { Orchestrations } from '../runs/orchestrations.ts';
import { isCompleted, waitForRun } from '../runs/wait-for-run.ts';
import { callerOf } from './caller.ts';
import { json } from './handler.ts';
import { baseUrl } from './links.ts';
import { booleanParameter, preferredWaitMs } from './prefer.ts';
import { ProblemError } from './problem.ts';
import { resultAnswer, type Recipient } from './result-answer.ts';
import { accepted, documentFor } from './run-answers.ts';
import type { ParsedRunRequest } from './run-request.ts';

/** The HTTP door for runs, whatever kind: who asks, under what key, and how long the answer may be held. */
export async function acceptRequest(
  request: HttpRequest,
  app: App,
  engine: Orchestrations,
  parsed: ParsedRunRequest,
  recipient: Recipient,
): Promise<HttpResponseInit> {
  const caller = callerOf(request, app.config.auth.mode);
  const idempotencyKey = keyOf(request, parsed.idempotencyToken);
  if (booleanParameter(request.query, 'validate_only')) {
    return json(200, { allowed: true, rule: null, request: parseJson(parsed.databricksBody) });
  }
  const address = baseUrl(request, app);
  const asked = { parsed, caller, source: 'http', idempotencyKey, baseUrl: address } as const;
  const { stored, replayed } = await acceptRun(app, engine, asked);
  const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {};
  const waitMs = preferredWaitMs(request.headers.get('prefer'));
  if (waitMs > 0) {
    const run = await waitForRun(app, stored, waitMs, isCompleted);
    const document = await documentFor(request, app, engine, run);
    return isCompleted(run) ? resultAnswer(request, app, document, recipient, headers) : accepted(document, headers);
  }
  return accepted(await documentFor(request, app, engine, stored), headers);
}

const MAX_KEY_CHARS = 255;

function keyOf(request: HttpRequest, token: string | undefined): string | undefined {
  const header = request.headers.get('idempotency-key') ?? undefined;
  if (header !== undefined && (header === '' || header.length > MAX_KEY_CHARS)) {
    throw new ProblemError(400, 'INVALID_IDEMPOTENCY_KEY', `Idempotency-Key has 1 to ${MAX_KEY_CHARS} characters.`);
  }
  if (header !== undefined && token !== undefined && header !== token) {
    const detail = 'Idempotency-Key and idempotency_token are both given and differ.';
    throw new ProblemError(400, 'INVALID_IDEMPOTENCY_KEY', detail, {
      errors: [{ path: '/idempotency_token', message: detail }],
    });
  }
  return header ?? token;
}
