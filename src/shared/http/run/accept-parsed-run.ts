import type { AppContext } from '../../context.ts';
import type { ParsedRunRequest } from '../../domain/run-request.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { acceptRun, type Acceptance, type Asked } from '../../runs/accept/accept-run.ts';
import { authorizeRun } from '../authorize.ts';
import type { Requester } from '../requester.ts';
import { checkEmail } from './check-email.ts';

/** What a trigger knows of a request for a run beside its body and who asks. */
export type AcceptanceDetails = Pick<
  Asked,
  'idempotencyKey' | 'baseUrl' | 'traceId' | 'parentSpanId' | 'receivedAtMs' | 'correlationId'
>;

/**
 * Accepts a request for a run that has been parsed, whatever trigger it came by: asks the policy, then the ledger. The
 * operator's documents are to be fresh (`context.documents.refresh()`).
 * @throws {ProblemError} 403 of the policy, 422 where nobody can be written to
 * @throws what `acceptRun` throws; nothing has been accepted then
 */
export async function acceptParsedRun(
  context: AppContext,
  orchestrations: RunOrchestrations,
  requester: Requester,
  parsed: ParsedRunRequest,
  details: AcceptanceDetails,
): Promise<Acceptance> {
  const { rule, job, limits } = authorizeRun(context, requester, parsed);
  const { caller, source } = requester;
  checkEmail(parsed.request, caller, context.channels.has('email'));
  return acceptRun(context, orchestrations, { parsed, caller, source, rule, job, limits, ...details });
}
