import { submitterOf, type Submitter } from '../domain/caller.ts';
import type { Log } from './log.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Something that was allowed, and of which no record keeps who asked: the stop or repair of a run, a statement that
 * writes.
 */
export interface Permission {
  caller: Submitter;
  /** An action of the policy. */
  action: string;
  /** The id that it was asked for. */
  resource: string | null;
  /** The rule that decided; null without a policy. */
  rule: string | null;
  requestId: string;
}

/** A request that was refused: who asked for what, and why not. Nothing of it is a body or a credential. */
export interface Refusal {
  /** Null where it is not known who asked. */
  caller: Submitter | null;
  /** An action of the policy, or the function that was called. */
  action: string;
  /** The path or the id that it was asked for. */
  resource: string | null;
  /** The rule that decided; null where none did. */
  rule: string | null;
  /** The problem's code. */
  code: string;
  /** In words for the caller. */
  detail: string;
  requestId: string;
}

const WINDOW_MS = 60_000;
/** Anonymous requests cost nothing to refuse, and must not fill the log. */
const MAX_ANONYMOUS = 60;
const MAX_DETAIL_CHARS = 1_000;
const MAX_RESOURCE_CHARS = 256;

/**
 * Writes down refusals: `policy.refused` where the policy refused, else `request.refused`; and `policy.allowed` for
 * what changes something without a record of its own. Of requests whose sender is not known it writes sixty a minute;
 * the next event says how many were left out. What was allowed stands in the record of the run or statement.
 */
export class Audit {
  readonly #log: Log;
  readonly #telemetry: Telemetry;
  readonly #now: () => number;
  #windowEndsAtMs = -Infinity;
  #anonymous = 0;
  #leftOut = 0;

  constructor({ log, telemetry, now }: { log: Log; telemetry: Telemetry; now: () => number }) {
    this.#log = log;
    this.#telemetry = telemetry;
    this.#now = now;
  }

  allowed({ caller, action, resource, rule, requestId }: Permission): void {
    this.#log.info('policy.allowed', { caller: submitterOf(caller), action, resource, rule, request: requestId });
  }

  refused({ caller, action, resource, rule, code, detail, requestId }: Refusal): void {
    if (code === 'POLICY_REFUSED')
      this.#telemetry.measure('gateway.policy.refusals', 1, { action, rule: rule ?? 'none' });
    if (caller === null && !this.#hasRoomForStranger()) return;
    this.#log.warn(code === 'POLICY_REFUSED' ? 'policy.refused' : 'request.refused', {
      caller: caller === null ? null : submitterOf(caller),
      action,
      resource: resource?.slice(0, MAX_RESOURCE_CHARS) ?? null,
      rule,
      code,
      detail: detail.slice(0, MAX_DETAIL_CHARS),
      request: requestId,
      ...(this.#leftOut === 0 ? {} : { leftOut: this.#leftOut }),
    });
    this.#leftOut = 0;
  }

  #hasRoomForStranger(): boolean {
    if (this.#now() >= this.#windowEndsAtMs) {
      this.#windowEndsAtMs = this.#now() + WINDOW_MS;
      this.#anonymous = 0;
    }
    this.#anonymous += 1;
    if (this.#anonymous <= MAX_ANONYMOUS) return true;
    this.#leftOut += 1;
    return false;
  }
}
