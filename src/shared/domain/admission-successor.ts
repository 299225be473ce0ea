import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { countCreation } from './admission-slot.ts';
import { queueOfTicket } from './caller-queues.ts';
import type { Grant } from './next-in-queue.ts';
import { dequeue } from './queue-front.ts';
import type { RunSuccessor } from './run-record.ts';

const MAX_SETTLED = 64;

/** A run that has taken over the place of another: it was created before the gate heard of that. */
export type Successor = Pick<RunSuccessor, 'ticket' | 'places'>;

/**
 * Counts the creation of a run that was created in the place of another before this gate heard of it. Undefined where it
 * does not wait here: it has been counted, or was given up by its own orchestration.
 */
export function countSuccessor(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, places }: Successor,
  nowMs: number,
): Grant | undefined {
  const next = dequeue(state, ticket);
  if (next === undefined && !state.expired.includes(ticket)) return undefined;
  if (state.blocked?.ticket === ticket) state.blocked = null;
  const { kind = 'submit', run, isCounted = queueOfTicket(state, ticket).activeLimit !== null } = next ?? {};
  const slot = countCreation(state, limits, { ticket, places, isCounted, kind, nowMs });
  return { ticket, places, isCounted, run, ...slot };
}

/** Remembers that the place of a run that had taken it over has been given back, before that of the other was. */
export function noteSettled(state: AdmissionState, settled: Successor): void {
  state.settled = [...state.settled, settled];
  const [oldest] = state.settled;
  if (state.settled.length <= MAX_SETTLED || oldest === undefined) return;
  state.settled = state.settled.slice(1);
  // The other may still come: it is the sweep that finds out.
  state.active += oldest.places;
}

/** Returns the places that a run which had taken over a place has given back before, and forgets them. */
export function takeSettled(state: AdmissionState, ticket: number): number {
  const found = state.settled.find((each) => each.ticket === ticket);
  if (found !== undefined) state.settled = state.settled.filter((each) => each !== found);
  return found?.places ?? 0;
}
