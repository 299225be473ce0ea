import { allows, sentences } from './asked-conditions.ts';
import type { Condition } from './conditions.ts';
import type { Decision, NearestRule } from './decision.ts';
import { matchesCaller } from './matches-caller.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';

type Refusal = Decision & { allowed: false };

const MAX_FAILED = 20;

/** The decision where a forbid matches. */
export function forbidden({ id }: Rule, { action }: PolicyRequest): Refusal {
  return { allowed: false, rule: id, detail: `Rule ${id} forbids ${action} of this kind.` };
}

/** The decision where no permit allows a request: the one that came `nearest`, if any was asked, and what failed in it. */
export function refused(
  permits: readonly Rule[],
  request: PolicyRequest,
  asked: readonly Condition[],
  nearest: Rule | undefined,
): Refusal {
  const found =
    nearest === undefined
      ? notAsked(permits, request)
      : { rule: nearest, failed: sentences(nearest, request, asked), isAsked: true };
  if (found === undefined) {
    return { allowed: false, rule: null, detail: `No rule lets this caller do anything, ${request.action} included.` };
  }
  const { rule, failed, isAsked } = found;
  const met = isAsked ? metBy(rule, request, asked) : [];
  const shown: NearestRule = { rule: rule.id, failed: failed.slice(0, MAX_FAILED) };
  const why = `${failed.slice(0, 3).join('; ')}${failed.length > 3 ? `; and ${failed.length - 3} more` : ''}`;
  const but = met.length === 0 ? `it does not, as ${why}` : `it allows ${met.join(', ')}, but ${why}`;
  const detail = `No rule allows ${request.action} of this kind. Rule ${rule.id} comes nearest: ${but}.`;
  return { allowed: false, rule: null, nearest: shown, detail };
}

/** Why no permit of this caller could be asked. A rule that is for other callers is not named to this one. */
function notAsked(
  permits: readonly Rule[],
  request: PolicyRequest,
): { rule: Rule; failed: readonly string[]; isAsked: boolean } | undefined {
  const ofOtherAction = permits.find((rule) => matchesCaller(rule, request) === true);
  if (ofOtherAction !== undefined) {
    const failed = `it is about ${ofOtherAction.actions.join(', ')}, and this is ${request.action}`;
    return { rule: ofOtherAction, failed: [failed], isAsked: false };
  }
  const ofGroup = permits.find((rule) => matchesCaller(rule, request) === undefined);
  if (ofGroup === undefined) return undefined;
  const failed = 'the caller is in more groups than the token names, so that it cannot be known: use app roles';
  return { rule: ofGroup, failed: [failed], isAsked: false };
}

/** What a rule names, and the request keeps to. */
function metBy(rule: Rule, request: PolicyRequest, asked: readonly Condition[]): string[] {
  return asked
    .filter((condition) => condition.isNamed(rule) && allows(rule, request, [condition]))
    .map(({ noun }) => noun);
}
