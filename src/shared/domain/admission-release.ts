import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { isEarly, letThrough, roomFor } from './admission-slot.ts';
import { countSuccessor, noteSettled, takeSettled, type Successor } from './admission-successor.ts';
import { aheadInTurns, giveUpTicket, isHeld, queueOfCaller, queueOfTicket } from './caller-queues.ts';
import { returnCreation, type CreationSlot } from './creation-window.ts';
import { noteGrant, takeExpired, takeGrant, type AdmissionCall } from './next-in-queue.ts';
import { dequeue, expire, keepCreations } from './queue-front.ts';
import { inTurns, isAhead } from './queue-order.ts';

/** What a run gives back. */
interface Release {
  tasks: number;
  unused?: CreationSlot | null;
  ticket?: number;
  successor?: Successor;
  caller?: string;
  nowMs: number;
}

/**
 * Gives back what an admitted run held, and its slot where it has created nothing. The place goes to the `successor`,
 * where there is one: it was handed over before. `ticket`: the run itself had taken over its place, which may not be
 * known here yet. `caller`: the key of one whose active runs are limited. Returns who may go now.
 */
export function release(
  state: AdmissionState,
  limits: AdmissionLimits,
  { tasks: places, unused = null, ticket, successor, caller, nowMs }: Release,
): AdmissionCall[] {
  if (ticket !== undefined) {
    takeGrant(state, ticket);
    // Its place is counted for the run that it has it from, which is not to give it back any more.
    if (countSuccessor(state, limits, { ticket, places }, nowMs) !== undefined) noteSettled(state, { ticket, places });
  }
  const queue = caller === undefined ? undefined : queueOfCaller(state, caller);
  if (queue !== undefined) queue.active = Math.max(0, queue.active - 1);
  const settled = successor === undefined ? 0 : takeSettled(state, successor.ticket);
  giveBack(state, Math.max(0, places - settled), limits, unused);
  if (successor !== undefined) {
    const counted = countSuccessor(state, limits, successor, nowMs);
    if (counted !== undefined) {
      state.active += successor.places;
      noteGrant(state, counted);
    }
  }
  return callNext(state, limits, nowMs);
}

/** Gives back a ticket, and what its run was granted that does not know it yet. Returns who may go now. */
export function abandon(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, nowMs }: { ticket: number; nowMs: number },
): AdmissionCall[] {
  const granted = takeGrant(state, ticket);
  dequeue(state, ticket);
  if (granted !== undefined) {
    const queue = queueOfTicket(state, ticket);
    if (granted.isCounted) queue.active = Math.max(0, queue.active - 1);
    giveBack(state, granted.places, limits, granted);
  } else if (!takeExpired(state, ticket)) giveUpTicket(state, ticket);
  if (state.blocked?.ticket === ticket) state.blocked = null;
  return callNext(state, limits, nowMs);
}

function giveBack(state: AdmissionState, places: number, limits: AdmissionLimits, unused: CreationSlot | null): void {
  state.active = Math.max(0, state.active - places);
  if (unused !== null) returnCreation(state, limits, unused);
}

/**
 * Lets those at the front through for whom there are places, in the order of their tickets. Where only the window keeps
 * one waiting, it is called to ask when its turn comes.
 */
function callNext(state: AdmissionState, limits: AdmissionLimits, nowMs: number): AdmissionCall[] {
  expire(state, nowMs);
  const calls: AdmissionCall[] = [];
  let promised = 0;
  for (const next of inTurns(state)) {
    const { ticket, places, isCounted, kind, instanceId, run } = next;
    if (isHeld(state, ticket)) continue;
    const needed = roomFor(places, limits);
    const ahead = aheadInTurns(state, ticket);
    const free = limits.maxConcurrentTasks - state.active;
    // As for those who ask: whoever is ahead and not remembered keeps its place.
    if (ahead >= free || needed > free - promised) break;
    if (state.blocked !== null && !isAhead(state, ticket, state.blocked.ticket)) {
      if (state.blocked.ticket !== ticket && state.blocked.untilMs > nowMs) break;
      state.blocked = null;
    }
    dequeue(state, ticket);
    let slot: CreationSlot | null = null;
    if (isEarly(state, limits, { kind, ahead, nowMs })) promised += needed;
    else {
      slot = letThrough(state, limits, { ticket, places, isCounted, kind, nowMs });
      noteGrant(state, { ticket, places, isCounted, run, ...slot });
    }
    calls.push({ instanceId, ticket, run, slot });
  }
  keepCreations(state, limits, nowMs);
  return calls;
}
