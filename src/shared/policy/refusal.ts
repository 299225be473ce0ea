import type { Condition } from './conditions.ts';
import type { Decision, NearestRule } from './decision.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';

/** A permit that was asked. `missed` is absent for one that is for other callers or other actions. */
export interface Candidate {
  readonly rule: Rule;
  readonly isForCaller: boolean | undefined;
  readonly missed: readonly string[] | undefined;
}

type Refusal = Decision & { allowed: false };

const MAX_FAILED = 20;

/** The decision where a forbid matches. */
export function forbidden({ id }: Rule, { action }: PolicyRequest): Refusal {
  return { allowed: false, rule: id, detail: `Rule ${id} forbids ${action} of this kind.` };
}

/** The decision where no permit allows a request: the one that came nearest, and what failed in it. */
export function refused(
  candidates: readonly Candidate[],
  request: PolicyRequest,
  asked: readonly Condition[],
): Refusal {
  const found = nearest(candidates, request);
  if (found === undefined) {
    return { allowed: false, rule: null, detail: `No rule lets this caller do anything, ${request.action} included.` };
  }
  const { candidate, failed } = found;
  const rule = candidate.rule.id;
  const met = candidate.missed === undefined ? [] : metBy(candidate.rule, request, asked);
  const allows = met.length === 0 ? 'it' : `it allows ${met.join(', ')}, but`;
  const shown: NearestRule = { rule, failed: failed.slice(0, MAX_FAILED) };
  const why = `${failed.slice(0, 3).join('; ')}${failed.length > 3 ? `; and ${failed.length - 3} more` : ''}`;
  const detail = `No rule allows ${request.action} of this kind. Rule ${rule} comes nearest: ${allows} ${met.length === 0 ? `does not, as ${why}` : why}.`;
  return { allowed: false, rule: null, nearest: shown, detail };
}

function nearest(
  candidates: readonly Candidate[],
  { action }: PolicyRequest,
): { candidate: Candidate; failed: readonly string[] } | undefined {
  let best: { candidate: Candidate; failed: readonly string[] } | undefined;
  for (const candidate of candidates) {
    const { missed } = candidate;
    if (missed !== undefined && (best === undefined || missed.length < best.failed.length)) {
      best = { candidate, failed: missed };
    }
  }
  if (best !== undefined) return best;
  const ofCaller = candidates.find(({ isForCaller }) => isForCaller === true);
  if (ofCaller !== undefined) {
    const allowed = ofCaller.rule.actions.join(', ');
    return { candidate: ofCaller, failed: [`it is about ${allowed}, and this is ${action}`] };
  }
  const ofGroups = candidates.find(({ isForCaller }) => isForCaller === undefined);
  if (ofGroups === undefined) return undefined;
  const failed = 'the caller is in more groups than the token names, so that it cannot be told: use app roles';
  return { candidate: ofGroups, failed: [failed] };
}

/** What a rule names, and the request keeps to. */
function metBy(rule: Rule, request: PolicyRequest, asked: readonly Condition[]): string[] {
  return asked
    .filter((condition) => condition.isNamed(rule) && condition.missed(rule, request).length === 0)
    .map(({ noun }) => noun);
}
