import type { AdmissionState } from './admission-state.ts';
import { aheadInTurns, likelyAheadInTurns } from './caller-queues.ts';
import type { NextInQueue } from './next-in-queue.ts';

/** Those who are next, or some of them, in the order in which they go. */
export function inTurns(state: AdmissionState, runs: readonly NextInQueue[] = state.next): NextInQueue[] {
  return runs
    .map((run) => ({ run, ahead: likelyAheadInTurns(state, run.ticket) }))
    .toSorted((one, other) => one.ahead - other.ahead || one.run.ticket - other.run.ticket)
    .map(({ run }) => run);
}

/** Whether the run of one ticket goes before that of another. */
export function isAhead(state: AdmissionState, one: number, other: number): boolean {
  return one !== other && aheadInTurns(state, one) <= aheadInTurns(state, other);
}
