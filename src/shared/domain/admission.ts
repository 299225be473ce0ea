import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { inTurns, isAhead } from './queue-order.ts';
import type { RunAttempt, RunSuccessor } from './run-record.ts';
import { MIN_WAIT_MS, waitMs } from './admission-wait.ts';
import {
  keepCreation,
  paceOf,
  reserveCreation,
  returnCreation,
  turnMs,
  type CreationKind,
  type CreationSlot,
} from './creation-window.ts';
import {
  enlist,
  noteExpired,
  noteGrant,
  SOON_NEXT,
  strike,
  takeExpired,
  takeGrant,
  type AdmissionCall,
  type Grant,
  type NextInQueue,
} from './next-in-queue.ts';
import {
  aheadInTurns,
  giveUpTicket,
  isHeld,
  likelyAheadInTurns,
  passAhead,
  passAny,
  passTicket,
  queueOfCaller,
  queueOfTicket,
  type QueuedCaller,
} from './caller-queues.ts';

export type { AdmissionLimits, AdmissionState } from './admission-state.ts';
export type { AdmissionCall } from './next-in-queue.ts';
export type { CreationKind, CreationSlot } from './creation-window.ts';
export { allWaiting, issueTicket } from './caller-queues.ts';

/** What a call of the admission entity returns. */
export type AdmissionAnswer =
  | ({ kind: 'go'; ticket: number } & CreationSlot)
  | { kind: 'wait'; ticket: number; askAgainAtMs: number; position: number };

/**
 * Whoever is called when places are given back asks all the same now and then, should the call get lost; the very first
 * more often, because one that is gone keeps others from its place.
 */
const NET_MS = 3 * 60_000;
const FRONT_NET_MS = 60_000;
const FRONT = 2;
/** Places are free for so long, and nobody of those ahead is heard of: they are gone. */
const STALLED_MS = 60_000;
const RECENT_ADMISSIONS = 32;
const MAX_SETTLED = 64;
/** A slot is given out shortly before its time: until then the run waits in the line, where it is seen. */
const SOON_MS = 1_000;

/** A workspace for which nothing runs or waits. */
export function emptyAdmission(): AdmissionState {
  return {
    queues: [],
    turn: 0,
    active: 0,
    admittedTasks: 0,
    slices: [],
    kept: 0,
    lastGoAtMs: 0,
    closedUntilMs: 0,
    recentAdmissionsMs: [],
    blocked: null,
    stalledSinceMs: null,
    next: [],
    granted: [],
    expired: [],
    settled: [],
    recounts: 0,
  };
}

/** A run that has taken over the place of another: it was created before the gate heard of that. */
export type Successor = Pick<RunSuccessor, 'ticket' | 'places'>;

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
export function ask(state: AdmissionState, limits: AdmissionLimits, asking: Asking): AdmissionAnswer {
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

function wait(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, tasks, kind, nowMs, instanceId, run }: Asking & { kind: CreationKind },
  { isCounted, free, ahead, isFull, known }: Situation,
): AdmissionAnswer {
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

/** How a run that asks finds the gate; `known`: as it was remembered until now. */
interface Situation {
  isCounted: boolean;
  free: number;
  ahead: number;
  isFull: boolean;
  known: NextInQueue | undefined;
}

/**
 * Whoever is near its turn is remembered. Where those ahead are not, and places stay free though they might go, nobody
 * will ask for them any more.
 */
function passStalled(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, free, kind, nowMs }: { ticket: number; free: number; kind: CreationKind; nowMs: number },
): void {
  const ahead = aheadInTurns(state, ticket);
  const isFirst = state.next.every((run) => isHeld(state, run.ticket) || isAhead(state, ticket, run.ticket));
  if (ahead < free || !isFirst || state.blocked !== null || isEarly(state, limits, { kind, ahead: 0, nowMs })) return;
  state.stalledSinceMs ??= nowMs;
  if (nowMs - state.stalledSinceMs < STALLED_MS) return;
  noteExpired(state, passAhead(state, ticket));
  state.stalledSinceMs = null;
}

/** Gives up those who were to ask again and have not. */
function expire(state: AdmissionState, nowMs: number): void {
  for (const { ticket, untilMs } of state.next) {
    if (untilMs > nowMs) continue;
    dequeue(state, ticket);
    if (!takeExpired(state, ticket)) giveUpTicket(state, ticket);
    noteExpired(state, [ticket]);
    if (state.blocked?.ticket === ticket) state.blocked = null;
  }
}

/** Forgets a run that is no longer next, with the creation that is kept for it. */
function dequeue(state: AdmissionState, ticket: number): NextInQueue | undefined {
  const found = strike(state, ticket);
  if (found?.maySucceed === true) state.kept--;
  return found;
}

/** Keeps creations for those in front, so that they may take over places. */
function keepCreations(state: AdmissionState, limits: AdmissionLimits, nowMs: number): void {
  for (const run of inTurns(state)) {
    if (!run.maySucceed && !keepCreation(state, limits, nowMs)) return;
    run.maySucceed = true;
  }
}

function isEarly(
  state: AdmissionState,
  limits: AdmissionLimits,
  { kind, ahead, nowMs }: { kind: CreationKind; ahead: number; nowMs: number },
): boolean {
  return turnMs(state, limits, { kind, ahead, nowMs }) > nowMs + SOON_MS;
}

/** What is let through: a ticket, and how it goes. */
interface Passing {
  ticket: number;
  places: number;
  /** Its release gives back one active run of its caller. */
  isCounted: boolean;
  kind: CreationKind;
  nowMs: number;
}

function letThrough(state: AdmissionState, limits: AdmissionLimits, passing: Passing): CreationSlot {
  state.active += passing.places;
  return countCreation(state, limits, passing);
}

function countCreation(
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

/**
 * Counts the creation of a run that was created in the place of another before this gate heard of it. Undefined where it
 * does not wait here: it has been counted, or was given up by its own orchestration.
 */
function countSuccessor(
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

/**
 * Another slot for a run that was already admitted, in the place of the one that it has: Databricks answered 429, or the
 * run came too late for it. A run that keeps missing its slots asks for a `lasting` one.
 */
export function moveCreation(
  state: AdmissionState,
  limits: AdmissionLimits,
  {
    nowMs,
    from,
    lasting,
    kind = 'submit',
  }: { nowMs: number; from?: CreationSlot | null | undefined; lasting?: boolean; kind?: CreationKind | undefined },
): CreationSlot {
  if (from !== undefined && from !== null) returnCreation(state, limits, from);
  return reserveCreation(state, limits, { nowMs, kind, lasting });
}

/**
 * How many places have to be free for a run: one that is larger than the workspace runs alone. It holds as many as it has
 * tasks all the same, so that what it gives back is what it was counted for, whatever the limit is by then.
 */
function roomFor(tasks: number, { maxConcurrentTasks }: AdmissionLimits): number {
  return Math.min(tasks, maxConcurrentTasks);
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

/** What a run gives back. */
interface Release {
  tasks: number;
  unused?: CreationSlot | null;
  ticket?: number;
  successor?: Successor;
  caller?: string;
  nowMs: number;
}

/** Remembers that the place of a run that had taken it over has been given back, before that of the other was. */
function noteSettled(state: AdmissionState, settled: Successor): void {
  state.settled = [...state.settled, settled];
  const [oldest] = state.settled;
  if (state.settled.length <= MAX_SETTLED || oldest === undefined) return;
  state.settled = state.settled.slice(1);
  // The other may still come: it is the sweep that finds out.
  state.active += oldest.places;
}

function takeSettled(state: AdmissionState, ticket: number): number {
  const found = state.settled.find((each) => each.ticket === ticket);
  if (found !== undefined) state.settled = state.settled.filter((each) => each !== found);
  return found?.places ?? 0;
}

function giveBack(state: AdmissionState, places: number, limits: AdmissionLimits, unused: CreationSlot | null): void {
  state.active = Math.max(0, state.active - places);
  if (unused !== null) returnCreation(state, limits, unused);
}

/** Counts an admitted run as large as it has turned out to be. */
export function resize(
  state: AdmissionState,
  { from, to, caller }: { from: number; to: number; caller?: string },
): void {
  const queue = caller === undefined ? undefined : queueOfCaller(state, caller);
  if (queue !== undefined) queue.active++;
  const more = to - from;
  state.active = Math.max(0, state.active + more);
  state.admittedTasks += Math.max(0, more);
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

/** Closes the gate for all calls of a kind until the time that Databricks named. */
export function close(state: AdmissionState, untilMs: number, kind: CreationKind = 'submit'): void {
  const pace = paceOf(state, kind);
  pace.closedUntilMs = Math.max(pace.closedUntilMs, untilMs);
}

/**
 * Puts right what a crash left wrong; the sweep finds it. `recounts` is what the sweep had seen: of two sweeps that
 * found the same, one is believed.
 */
export function recount(state: AdmissionState, wrong: Miscount & { recounts: number }): void {
  if (wrong.recounts !== state.recounts) return;
  state.recounts++;
  state.active = Math.max(0, state.active - wrong.active + wrong.missing);
  // Nobody knows where in the line they stood.
  passAny(state, wrong.waiting);
  for (const [key, count] of Object.entries(wrong.callers ?? {})) {
    const queue = queueOfCaller(state, key);
    if (queue !== undefined) queue.active = Math.max(0, queue.active - count);
  }
}

/** Places and tickets whose holders are gone, and places of runs at work that are missing in the count. */
export interface Miscount {
  active: number;
  waiting: number;
  missing: number;
  /** Active runs of callers whose number is limited that nobody is, by the caller's key. */
  callers?: Record<string, number>;
}
