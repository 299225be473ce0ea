import type { HttpRequest } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import type { Call } from '../handler.ts';
import { baseUrl } from '../links.ts';
import { traceOf } from '../request-trace.ts';
import type { AcceptanceDetails } from './accept-parsed-run.ts';

/** What a request over HTTP says of itself beside its body, whatever protocol it speaks. @throws {ProblemError} 421 */
export function callDetails(request: HttpRequest, context: AppContext, { invocation, receivedAtMs }: Call) {
  return {
    baseUrl: baseUrl(request, context),
    receivedAtMs,
    ...traceOf(request.headers.get('traceparent'), invocation),
  } satisfies Omit<AcceptanceDetails, 'idempotencyKey'>;
}
