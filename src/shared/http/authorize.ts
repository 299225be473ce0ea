import type { AppContext } from '../context.ts';
import type { CallerLimits } from '../domain/caller-limits.ts';
import type { PolicyRequest } from '../policy/policy-request.ts';
import type { Call } from './handler.ts';
import { ProblemError } from './problem.ts';

/** What allowed a request: the rule's id, null without a policy; and how much of the gateway the caller may take. */
export interface Authorization {
  readonly rule: string | null;
  readonly limits: CallerLimits;
}

/**
 * Asks the policy for a request over HTTP.
 * @throws {ProblemError} 403 that names the forbid, or the permit that came nearest and what failed in it
 */
export function authorize(
  context: AppContext,
  { caller }: Call,
  asked: Omit<PolicyRequest, 'caller' | 'source'>,
): Authorization {
  const decision = context.policy.current().decide({ ...asked, caller, source: 'http' });
  if (decision.allowed) return { rule: decision.rule, limits: decision.limits };
  throw new ProblemError('POLICY_REFUSED', decision.detail);
}
