import { SOON_MS } from './admission-wait.ts';
import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { passTicket, queueOfTicket } from './caller-queues.ts';
import { reserveCreation, turnMs, type CreationKind, type CreationSlot } from './creation-window.ts';
import { takeExpired } from './next-in-queue.ts';

const RECENT_ADMISSIONS = 32;

/** What is let through: a ticket, and how it goes. */
export interface Passing {
  ticket: number;
  places: number;
  /** Its release gives back one active run of its caller. */
  isCounted: boolean;
  kind: CreationKind;
  nowMs: number;
}

/** Whether the window opens too late for a run with so many ahead of it that it may go at once. */
export function isEarly(
  state: AdmissionState,
  limits: AdmissionLimits,
  { kind, ahead, nowMs }: { kind: CreationKind; ahead: number; nowMs: number },
): boolean {
  return turnMs(state, limits, { kind, ahead, nowMs }) > nowMs + SOON_MS;
}

/**
 * How many places have to be free for a run: one that is larger than the workspace runs alone. It holds as many as it has
 * tasks all the same, so that what it gives back is what it was counted for, whatever the limit is by then.
 */
export function roomFor(tasks: number, { maxConcurrentTasks }: AdmissionLimits): number {
  return Math.min(tasks, maxConcurrentTasks);
}

/** Takes the places and the creation of a run; returns the slot for its creation. */
export function letThrough(state: AdmissionState, limits: AdmissionLimits, passing: Passing): CreationSlot {
  state.active += passing.places;
  return countCreation(state, limits, passing);
}

/** Takes the creation of a run whose places are taken already; returns its slot. */
export function countCreation(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, places, isCounted, kind, nowMs }: Passing,
): CreationSlot {
  const slot = reserveCreation(state, limits, { nowMs, kind });
  if (!takeExpired(state, ticket)) passTicket(state, ticket);
  if (isCounted) queueOfTicket(state, ticket).active++;
  state.admittedTasks += places;
  state.recentAdmissionsMs = [...state.recentAdmissionsMs, nowMs].slice(-RECENT_ADMISSIONS);
  state.stalledSinceMs = null;
  return slot;
}
