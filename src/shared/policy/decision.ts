import type { CallerLimits } from '../domain/caller-limits.ts';

/** The permit that came nearest to allowing a request, and what it missed, in sentences. */
export interface NearestRule {
  readonly rule: string;
  readonly failed: readonly string[];
}

/** Whether a request is allowed, and why. `rule` is the permit or the forbid that decided; null where no rule did. */
export type Decision =
  | { readonly allowed: true; readonly rule: string | null; readonly limits: CallerLimits }
  | {
      readonly allowed: false;
      readonly rule: string | null;
      readonly nearest?: NearestRule;
      /** A sentence for the caller. */
      readonly detail: string;
    };
