import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { parseJson } from '../../json.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { runDocument, runLinks } from '../../domain/run-document.ts';
import { isCompleted, waitForRun } from '../../ledger/wait-for-run.ts';
import { decideRun, decisionDocument, mayRead } from '../authorize.ts';
import { acceptParsedRun } from './accept-parsed-run.ts';
import { callDetails } from './call-details.ts';
import { checkEmail } from './check-email.ts';
import { json, type Call } from '../handler.ts';
import { booleanParameter, preferredWaitMs } from '../prefer.ts';
import { ProblemError } from '../problem.ts';
import { resultResponse } from './result-response.ts';
import { accepted, documentFor } from './run-response.ts';
import type { ParsedRunRequest } from '../../domain/run-request.ts';
import type { Requester } from '../requester.ts';

/**
 * Accepts a request for a run, whatever kind. All that the request says is read before it is accepted; afterwards the
 * response is 202 or the result, whatever fails: who gets an error sends it again, and the run is there already.
 */
export async function acceptRequest(
  request: HttpRequest,
  context: AppContext,
  orchestrations: RunOrchestrations,
  parsed: ParsedRunRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const idempotencyKey = keyOf(request, parsed.idempotencyToken);
  const preferredMs = preferredWaitMs(request.headers.get('prefer'));
  const failOnError = booleanParameter(request.query, 'fail_on_error');
  const details = { idempotencyKey, ...callDetails(request, context, call) };
  if (booleanParameter(request.query, 'validate_only')) return json(200, explainRun(context, call, parsed));
  const { stored, replayed } = await acceptParsedRun(context, orchestrations, call, parsed, details);
  const { submittedBy: owner, request: requested } = stored.record;
  // Waiting gives the result, and whoever may submit need not be one who may read.
  const waitMs = mayRead(context, call, { owner, workspace: requested.workspace }, 'runs:read') ? preferredMs : 0;
  const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {};
  try {
    const run = waitMs > 0 ? await waitForRun(context, stored, waitMs, isCompleted) : stored;
    const document = await documentFor(request, context, orchestrations, run);
    if (waitMs === 0 || !isCompleted(run)) return accepted(document, headers, failOnError);
    return await resultResponse(context, document, { failOnError, recipient: call, headers });
  } catch (error) {
    context.log.warn('result.deferred', { run: stored.record.id, error });
    return accepted(runDocument(stored, runLinks(details.baseUrl, stored.record.id), null), headers, failOnError);
  }
}

/**
 * What the policy says to a request for a run, with what Databricks would get; nothing is accepted.
 * @throws {ProblemError} 422 where nobody can be written to
 */
export function explainRun(
  context: AppContext,
  requester: Requester,
  parsed: ParsedRunRequest,
): Record<string, unknown> {
  checkEmail(parsed.request, requester.caller, context.channels.has('email'));
  const decision = decideRun(context, requester, parsed);
  // What a template runs is not for those who may not run it.
  const isShown = decision.allowed || parsed.request.template === undefined;
  return { ...decisionDocument(decision), ...(isShown ? { request: parseJson(parsed.databricksBody) } : {}) };
}

const MAX_KEY_CHARS = 255;

/** The key of a request, in its header or its body. @throws {ProblemError} 400 */
export function keyOf(request: HttpRequest, token: string | undefined): string | undefined {
  const header = request.headers.get('idempotency-key') ?? undefined;
  if (header !== undefined && (header === '' || header.length > MAX_KEY_CHARS)) {
    throw new ProblemError('INVALID_IDEMPOTENCY_KEY', `Idempotency-Key has 1 to ${MAX_KEY_CHARS} characters.`);
  }
  if (header !== undefined && token !== undefined && header !== token) {
    const detail = 'Idempotency-Key and idempotency_token are both given and differ.';
    throw new ProblemError('INVALID_IDEMPOTENCY_KEY', detail, {
      errors: [{ path: '/idempotency_token', message: detail }],
    });
  }
  return header ?? token;
}
