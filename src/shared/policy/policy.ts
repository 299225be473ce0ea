import { NO_CALLER_LIMITS } from '../domain/caller-limits.ts';
import type { Decision } from './decision.ts';
import type { PolicyRequest } from './policy-request.ts';

/** Decides what callers may do. Pure: the same request under the same rules gets the same decision. */
export class Policy {
  decide(request: PolicyRequest): Decision {
    if (request.action === 'sql:write') {
      return {
        allowed: false,
        rule: null,
        detail: 'Statements that write need a policy with a rule that allows them.',
      };
    }
    return { allowed: true, rule: null, limits: NO_CALLER_LIMITS };
  }
}
