import type { CallerLimits } from '../domain/caller-limits.ts';
import type { JobCheck } from '../domain/job-check.ts';

/** The permit that came nearest to allowing a request, and what it missed, in sentences. */
export interface NearestRule {
  readonly rule: string;
  readonly failed: readonly string[];
}

/** Whether a request is allowed, and why. `rule` is the permit or the forbid that decided; null where no rule did. */
export type Decision =
  | {
      readonly allowed: true;
      readonly rule: string | null;
      /** The most generous of all permits that allow the request. */
      readonly limits: CallerLimits;
      /** To be asked of the id, where a job is known by its name. */
      readonly job?: JobCheck | undefined;
    }
  | {
      readonly allowed: false;
      readonly rule: string | null;
      readonly nearest?: NearestRule | undefined;
      /** A sentence for the caller. */
      readonly detail: string;
    };

/** Which runs a caller may read, as far as a list can be filtered; the policy decides about each run of it, too. */
export interface ReadScope {
  readonly ownOnly: boolean;
  /** Null: of all workspaces. */
  readonly workspaces: readonly string[] | null;
}
