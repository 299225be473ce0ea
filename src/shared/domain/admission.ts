import { isEarly, letThrough, roomFor } from './admission-slot.ts';
import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { MIN_WAIT_MS, waitMs } from './admission-wait.ts';
import { aheadInTurns, isHeld, likelyAheadInTurns, queueOfTicket, type QueuedCaller } from './caller-queues.ts';
import type { CreationKind, CreationSlot } from './creation-window.ts';
import { enlist, SOON_NEXT, takeGrant, type NextInQueue } from './next-in-queue.ts';
import { dequeue, expire, keepCreations, passStalled } from './queue-front.ts';
import { isAhead } from './queue-order.ts';
import type { RunAttempt } from './run-record.ts';

export { close, moveCreation, recount, resize, type Miscount } from './admission-corrections.ts';
export { abandon, release } from './admission-release.ts';
export { emptyAdmission, type AdmissionLimits, type AdmissionState } from './admission-state.ts';
export type { Successor } from './admission-successor.ts';
export type { AdmissionCall } from './next-in-queue.ts';
export type { CreationKind, CreationSlot } from './creation-window.ts';
export { allWaiting, issueTicket } from './caller-queues.ts';

/** What a call of the admission entity returns. */
export type AdmissionResponse =
  | ({ kind: 'go'; ticket: number } & CreationSlot)
  | { kind: 'wait'; ticket: number; askAgainAtMs: number; position: number };

/**
 * Whoever is called when places are given back asks all the same now and then, should the call get lost; the very first
 * more often, because one that is gone keeps others from its place.
 */
const NET_MS = 3 * 60_000;
const FRONT_NET_MS = 60_000;
const FRONT = 2;

/**
 * A run that asks. `caller`: as it was known when the run was accepted; its limit may be another by now. `instanceId`: the orchestration that can be called; without one it has to ask by
 * the clock.
 */
export interface Asking {
  ticket: number;
  tasks: number;
  nowMs: number;
  kind?: CreationKind;
  caller?: QueuedCaller;
  instanceId?: string;
  run?: RunAttempt;
}

/** Asks whether a run may go by a call of its kind; changes the state when it may, or is to be called. */
export function ask(state: AdmissionState, limits: AdmissionLimits, asking: Asking): AdmissionResponse {
  const { ticket, tasks, nowMs, kind = 'submit', caller = queueOfTicket(state, asking.ticket) } = asking;
  const isCounted = caller.activeLimit !== null;
  const granted = takeGrant(state, ticket);
  if (granted !== undefined) return { kind: 'go', ticket, atMs: granted.atMs, notAfterMs: granted.notAfterMs };
  const known = dequeue(state, ticket);
  expire(state, nowMs);
  const needed = roomFor(tasks, limits);
  const free = limits.maxConcurrentTasks - state.active;
  if (state.blocked !== null && (state.blocked.untilMs <= nowMs || !isAhead(state, state.blocked.ticket, ticket)))
    state.blocked = null;
  if (needed <= free) passStalled(state, limits, { ticket, free, kind, nowMs });
  const ahead = aheadInTurns(state, ticket);
  const isFull = ahead >= free || needed > free || isHeld(state, ticket);
  if (state.blocked === null && !isFull && !isEarly(state, limits, { kind, ahead, nowMs }))
    return { kind: 'go', ticket, ...letThrough(state, limits, { ticket, places: tasks, isCounted, kind, nowMs }) };
  return wait(state, limits, { ...asking, kind }, { isCounted, free, ahead, isFull, known });
}

/** How a run that asks finds the gate; `known`: as it was remembered until now. */
interface Situation {
  isCounted: boolean;
  free: number;
  ahead: number;
  isFull: boolean;
  known: NextInQueue | undefined;
}

function wait(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, tasks, kind, nowMs, instanceId, run }: Asking & { kind: CreationKind },
  { isCounted, free, ahead, isFull, known }: Situation,
): AdmissionResponse {
  const likely = likelyAheadInTurns(state, ticket);
  const mayBeCalled = instanceId !== undefined && run !== undefined && (isFull || state.blocked !== null);
  const toBeNext = mayBeCalled ? Math.max(likely - SOON_NEXT, 0) : likely;
  let askAgainAtMs = Math.ceil(nowMs + waitMs(state, limits, { kind, ahead: toBeNext, free, isFull, nowMs }));
  if (mayBeCalled) {
    const netMs = likely < FRONT ? FRONT_NET_MS : NET_MS;
    const netAtMs = Math.max(askAgainAtMs, nowMs + netMs);
    // It may have been created already, without this gate having heard of it.
    const maySucceed = known?.maySucceed === true;
    const next = { ticket, places: tasks, isCounted, kind, instanceId, run, untilMs: netAtMs + netMs, maySucceed };
    if (enlist(state, next, likely)) {
      askAgainAtMs = netAtMs;
      if (maySucceed) state.kept++;
    }
  }
  keepCreations(state, limits, nowMs);
  // Whoever came later and is smaller must not take the room that a large run waits for.
  if (state.blocked === null && ahead === 0 && isFull && !isHeld(state, ticket))
    state.blocked = { ticket, untilMs: askAgainAtMs + MIN_WAIT_MS };
  return { kind: 'wait', ticket, askAgainAtMs, position: likely + 1 };
}
