import type { PolicyRequest } from './policy-request.ts';
import type { Rule } from './policy-schema.ts';

/** Takes what a permit does not allow, in a sentence without a full stop; few of them are ever written out. */
export type Note = (sentence: () => string) => void;

/**
 * One condition that a rule can name. A permit and a forbid read it in opposite ways, each closed: for a permit, all that a
 * request has of the kind must be among what the rule names; for a forbid, one that is among them, or that may be, is enough.
 */
export interface Condition {
  /** What a rule that is satisfied is said to allow. */
  readonly noun: string;
  /** Whether the request has anything of the kind, so that a rule can be asked about it. */
  concerns(request: PolicyRequest): boolean;
  /** Whether the rule names it. */
  isNamed(rule: Rule): boolean;
  /** Asked even where a permit does not name it, as then nothing of the kind is allowed. */
  readonly isAskedUnnamed?: boolean;
  /** Notes each thing that the permit does not allow, and nothing where it allows all. */
  check(rule: Rule, request: PolicyRequest, note: Note): void;
  /** Whether the forbid names something that the request has, or may have. */
  matches(rule: Rule, request: PolicyRequest): boolean;
}

/** Names in a sentence; a rule may name a thousand. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  if (names.length === 0) return 'none';
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

/** What a caller wrote, short enough to be quoted. */
export function quoted(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

/** Whether a list has the name or `*`. */
export function includesOrAll(names: readonly string[], name: string): boolean {
  for (const one of names) if (one === name || one === '*') return true;
  return false;
}
