import type { AdmissionState } from './admission-state.ts';
import { aheadInTurns, likelyAheadInTurns } from './caller-queues.ts';
import type { NextInQueue } from './next-in-queue.ts';

/** Those who are next, in the order in which they go. */
export function inTurns(state: AdmissionState): NextInQueue[] {
  const places = new Map(state.next.map((run) => [run, likelyAheadInTurns(state, run.ticket)]));
  return state.next.toSorted(
    (one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0) || one.ticket - other.ticket,
  );
}

/** Whether the run of one ticket goes before that of another. */
export function isAhead(state: AdmissionState, one: number, other: number): boolean {
  return one !== other && aheadInTurns(state, one) <= aheadInTurns(state, other);
}
