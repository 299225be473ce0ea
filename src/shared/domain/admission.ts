import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { MIN_WAIT_MS, waitMs } from './admission-wait.ts';
import {
  paceOf,
  reserveCreation,
  returnCreation,
  turnMs,
  type CreationKind,
  type CreationSlot,
} from './creation-window.ts';
import { enlist, noteGrant, SOON_NEXT, strike, takeGrant, type AdmissionCall } from './next-in-queue.ts';
import { abandonTicket, aheadOf, likelyAheadOf, passTickets, waiting } from './ticket-queue.ts';

export type { AdmissionLimits, AdmissionState } from './admission-state.ts';
export type { AdmissionCall } from './next-in-queue.ts';
export type { CreationKind, CreationSlot } from './creation-window.ts';
export { waiting } from './ticket-queue.ts';

export type AdmissionAnswer =
  | ({ kind: 'go'; ticket: number } & CreationSlot)
  | { kind: 'wait'; ticket: number; askAgainAtMs: number; position: number };

/** Whoever is called when places are given back asks all the same now and then, should the call get lost. */
const NET_MS = 3 * 60_000;
const RECENT_ADMISSIONS = 32;
/** A slot is given out shortly before its time: until then the run waits in the line, where it is seen. */
const SOON_MS = 1_000;

export function emptyAdmission(): AdmissionState {
  return {
    issued: 0,
    passed: 0,
    abandoned: [],
    active: 0,
    admittedTasks: 0,
    slices: [],
    lastGoAtMs: 0,
    closedUntilMs: 0,
    recentAdmissionsMs: [],
    blocked: null,
    next: [],
    granted: [],
    recounts: 0,
  };
}

/** Gives the next ticket. */
export function issueTicket(state: AdmissionState): number {
  return state.issued++;
}

/** A run that asks. `instanceId`: the orchestration that can be called; without one it has to ask by the clock. */
export interface Asking {
  ticket: number;
  tasks: number;
  nowMs: number;
  kind?: CreationKind;
  instanceId?: string;
}

/** Asks whether a run may go by a call of its kind; changes the state when it may, or is to be called. */
export function ask(state: AdmissionState, limits: AdmissionLimits, asking: Asking): AdmissionAnswer {
  const { ticket, tasks, nowMs, kind = 'submit' } = asking;
  const granted = takeGrant(state, ticket);
  if (granted !== undefined) return { kind: 'go', ticket, atMs: granted.atMs, notAfterMs: granted.notAfterMs };
  const needed = placesOf(tasks, limits);
  const free = limits.maxConcurrentTasks - state.active;
  const ahead = aheadOf(state, ticket);
  if (state.blocked !== null && (state.blocked.untilMs <= nowMs || state.blocked.ticket >= ticket))
    state.blocked = null;
  const isFull = ahead >= free || needed > free;
  if (state.blocked === null && !isFull && !isEarly(state, limits, { kind, ahead, nowMs })) {
    strike(state, ticket, nowMs);
    return { kind: 'go', ticket, ...letThrough(state, limits, { places: needed, kind, nowMs }) };
  }
  return wait(state, limits, { ...asking, kind }, { needed, free, ahead, isFull });
}

function wait(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, kind, nowMs, instanceId }: Asking & { kind: CreationKind },
  { needed, free, ahead, isFull }: { needed: number; free: number; ahead: number; isFull: boolean },
): AdmissionAnswer {
  const likely = likelyAheadOf(state, ticket);
  const mayBeCalled = instanceId !== undefined && (isFull || state.blocked !== null);
  const toBeNext = mayBeCalled ? Math.max(likely - SOON_NEXT, 0) : likely;
  let askAgainAtMs = Math.ceil(nowMs + waitMs(state, limits, { kind, ahead: toBeNext, free, isFull, nowMs }));
  strike(state, ticket, nowMs);
  if (mayBeCalled) {
    const netAtMs = Math.max(askAgainAtMs, nowMs + NET_MS);
    const run = { ticket, places: needed, kind, instanceId, untilMs: netAtMs + NET_MS };
    if (enlist(state, run, likely)) askAgainAtMs = netAtMs;
  }
  // Whoever came later and is smaller must not take the room that a large run waits for.
  if (state.blocked === null && ahead === 0 && isFull) state.blocked = { ticket, untilMs: askAgainAtMs + MIN_WAIT_MS };
  return { kind: 'wait', ticket, askAgainAtMs, position: likely + 1 };
}

function isEarly(
  state: AdmissionState,
  limits: AdmissionLimits,
  { kind, ahead, nowMs }: { kind: CreationKind; ahead: number; nowMs: number },
): boolean {
  return turnMs(state, limits, { kind, ahead, nowMs }) > nowMs + SOON_MS;
}

function letThrough(
  state: AdmissionState,
  limits: AdmissionLimits,
  { places, kind, nowMs }: { places: number; kind: CreationKind; nowMs: number },
): CreationSlot {
  const slot = reserveCreation(state, limits, { nowMs, kind });
  passTickets(state, 1);
  state.active += places;
  state.admittedTasks += places;
  state.recentAdmissionsMs = [...state.recentAdmissionsMs, nowMs].slice(-RECENT_ADMISSIONS);
  return slot;
}

/**
 * Lets those at the front through for whom there are places, in the order of their tickets. Where only the window keeps
 * one waiting, it is called to ask when its turn comes.
 */
function callNext(state: AdmissionState, limits: AdmissionLimits, nowMs: number): AdmissionCall[] {
  strike(state, null, nowMs);
  const calls: AdmissionCall[] = [];
  let promised = 0;
  for (let [run] = state.next; run !== undefined; [run] = state.next) {
    const { ticket, kind, instanceId } = run;
    const places = Math.min(run.places, limits.maxConcurrentTasks);
    const ahead = aheadOf(state, ticket);
    const free = limits.maxConcurrentTasks - state.active;
    // As for those who ask: whoever is ahead and not remembered keeps its place.
    if (ahead >= free || places > free - promised) break;
    if (state.blocked !== null && state.blocked.ticket <= ticket) {
      if (state.blocked.ticket < ticket && state.blocked.untilMs > nowMs) break;
      state.blocked = null;
    }
    let slot: CreationSlot | null = null;
    if (isEarly(state, limits, { kind, ahead, nowMs })) promised += places;
    else {
      slot = letThrough(state, limits, { places, kind, nowMs });
      noteGrant(state, { ticket, places, ...slot });
    }
    calls.push({ instanceId, ticket, slot });
    strike(state, ticket, nowMs);
  }
  return calls;
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

/** How many places a run with so many tasks holds; one that is larger than the workspace runs alone. */
export function placesOf(tasks: number, { maxConcurrentTasks }: Pick<AdmissionLimits, 'maxConcurrentTasks'>): number {
  return Math.min(tasks, maxConcurrentTasks);
}

/** Gives back what an admitted run held, and its slot where it has created nothing. Returns who may go now. */
export function release(
  state: AdmissionState,
  limits: AdmissionLimits,
  { tasks, unused = null, nowMs }: { tasks: number; unused?: CreationSlot | null; nowMs: number },
): AdmissionCall[] {
  giveBack(state, placesOf(tasks, limits), limits, unused);
  return callNext(state, limits, nowMs);
}

function giveBack(state: AdmissionState, places: number, limits: AdmissionLimits, unused: CreationSlot | null): void {
  state.active = Math.max(0, state.active - places);
  if (unused !== null) returnCreation(state, limits, unused);
}

/** Counts an admitted run as large as it has turned out to be. */
export function resize(
  state: AdmissionState,
  limits: AdmissionLimits,
  { from, to }: { from: number; to: number },
): void {
  const more = placesOf(to, limits) - placesOf(from, limits);
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
  if (granted === undefined) abandonTicket(state, ticket);
  else giveBack(state, granted.places, limits, granted);
  strike(state, ticket, nowMs);
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
  passTickets(state, Math.min(wrong.waiting, waiting(state)));
}

/** Places and tickets whose holders are gone, and places of runs at work that are missing in the count. */
export interface Miscount {
  active: number;
  waiting: number;
  missing: number;
}
