import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Config } from '../../config/config.ts';
import type { AppContext } from '../../context.ts';
import type { ParsedRunRequest } from '../../domain/run-request.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { callbackAddress } from '../../notify/callback-channel.ts';
import type { Template } from '../../templates/template.ts';
import { json, type Call } from '../handler.ts';
import { ProblemError } from '../problem.ts';
import { parseWith } from '../schema-problem.ts';
import { acceptParsedRun } from './accept-parsed-run.ts';
import { keyOf } from './accept-request.ts';
import { callDetails } from './call-details.ts';
import { gatewayOptions } from './run-body.ts';
import { settledDocument } from './run-response.ts';
import { parseTemplateCall, templateCall } from './template-request.ts';

/** The body of `POST /api/templates/{name}/subscriptions`: a template's call, and who waits for its end. */
export const subscriptionBody = templateCall.extend({
  callback_url: callbackAddress,
  gateway: gatewayOptions.omit({ notify: true }).nullish(),
});

/**
 * Makes the request for a run of a template whose end, whatever it is, is posted to an address.
 * @throws {ProblemError} as `parseTemplateCall`; 422 for an address that callbacks may not go to
 */
export function parseSubscription(template: Template, body: Record<string, unknown>, config: Config): ParsedRunRequest {
  const { callback_url: address } = parseWith(subscriptionBody, body);
  const { callback_url: _address, gateway, ...call } = body;
  const options = { ...(gateway as Record<string, unknown> | null | undefined), notify: { callback_url: address } };
  try {
    return parseTemplateCall(template, { ...call, gateway: options }, config);
  } catch (error) {
    throw error instanceof ProblemError ? ofSubscription(error) : error;
  }
}

/** The address stands elsewhere in a subscription than in the body of a run. */
function ofSubscription(error: ProblemError): ProblemError {
  const { errors, ...extras } = error.extras;
  const moved = errors?.map(({ path, message }) => ({
    path: path === '/gateway/notify/callback_url' ? '/callback_url' : path,
    message,
  }));
  return new ProblemError(error.code, error.message, { ...extras, errors: moved });
}

/**
 * Accepts such a request: 201, and `Location` is what a `DELETE` ends the subscription of, by cancelling the run. No
 * poller is asked to come back: some would, and never wait for the callback.
 */
export async function acceptSubscription(
  request: HttpRequest,
  context: AppContext,
  orchestrations: RunOrchestrations,
  parsed: ParsedRunRequest,
  call: Call,
): Promise<HttpResponseInit> {
  const idempotencyKey = keyOf(request, parsed.idempotencyToken);
  const details = { idempotencyKey, ...callDetails(request, context, call) };
  const { stored, replayed } = await acceptParsedRun(context, orchestrations, call, parsed, details);
  const document = await settledDocument(request, context, orchestrations, stored);
  return json(201, document, {
    location: document.links.self,
    ...(replayed ? { 'idempotency-replayed': 'true' } : {}),
  });
}
