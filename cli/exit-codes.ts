import type { FailureClass } from '../src/shared/domain/failure.ts';
import type { Outcome } from '../src/shared/domain/outcome.ts';

/** What the program ends with, but for runs that ended badly. */
export const EXIT = {
  done: 0,
  /** Something unexpected: a bug, or a response that makes no sense. */
  unexpected: 1,
  /** The command cannot be understood. */
  usage: 2,
  /** The gateway can never do what was asked: 400, 404, 409, 413, 415, 422. */
  refused: 3,
  /** The gateway does not know the caller, or the policy refuses: 401, 403. */
  forbidden: 4,
  /** The gateway cannot be reached, or cannot do it now: 429, 5xx. Worth another try. */
  unavailable: 5,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** What the program ends with where a run ended badly, by the class of its failure. */
export const EXIT_OF_FAILURE = {
  user_code: 10,
  configuration: 11,
  capacity: 12,
  platform: 13,
  timeout: 14,
  canceled: 15,
  permission: 16,
} as const satisfies Record<FailureClass, number>;

/** For an outcome that comes without a failure; a skipped run has no other. */
const EXIT_OF_OUTCOME = {
  succeeded: EXIT.done,
  succeeded_with_failures: EXIT.done,
  failed: EXIT_OF_FAILURE.user_code,
  timed_out: EXIT_OF_FAILURE.timeout,
  canceled: EXIT_OF_FAILURE.canceled,
  skipped: 17,
  rejected: EXIT_OF_FAILURE.configuration,
  lost: EXIT_OF_FAILURE.platform,
} as const satisfies Record<Outcome, number>;

/** A gateway may be newer than this program, and know others. */
const BY_OUTCOME: Readonly<Record<string, number>> = EXIT_OF_OUTCOME;
const BY_FAILURE: Readonly<Record<string, number>> = EXIT_OF_FAILURE;

/** What the program ends with for a run that has ended. */
export function exitCodeOfRun(outcome: string, failureClass: string | undefined): number {
  const byOutcome = BY_OUTCOME[outcome] ?? EXIT.unexpected;
  if (byOutcome === EXIT.done || byOutcome === EXIT_OF_OUTCOME.skipped || failureClass === undefined) return byOutcome;
  return BY_FAILURE[failureClass] ?? byOutcome;
}

/** What the program ends with where the gateway responded with an error status. */
export function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) return EXIT.forbidden;
  return status === 429 || status >= 500 ? EXIT.unavailable : EXIT.refused;
}
