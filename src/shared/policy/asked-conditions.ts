import type { Condition } from './conditions.ts';
import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';

/** Asks a permit until something is missed; whether nothing is. */
export function allows(rule: Rule, request: PolicyRequest, asked: readonly Condition[]): boolean {
  return countMissed(rule, request, asked, 1) === 0;
}

/** How many things a permit does not allow; counting ends at `enough`. */
export function countMissed(rule: Rule, request: PolicyRequest, asked: readonly Condition[], enough: number): number {
  let count = 0;
  const note = () => {
    count++;
  };
  for (const condition of asked) {
    if (isAsked(condition, rule)) condition.check(rule, request, note);
    if (count >= enough) break;
  }
  return count;
}

/** What a permit does not allow, in sentences. */
export function sentences(rule: Rule, request: PolicyRequest, asked: readonly Condition[]): string[] {
  const found: string[] = [];
  for (const condition of asked) {
    if (isAsked(condition, rule)) condition.check(rule, request, (sentence) => found.push(sentence()));
  }
  return found;
}

function isAsked(condition: Condition, rule: Rule): boolean {
  return condition.isAskedUnnamed === true || condition.isNamed(rule);
}
