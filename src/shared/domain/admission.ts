import { MIN_WAIT_MS, waitMs } from './admission-wait.ts';
import {
  paceOf,
  reserveCreation,
  returnCreation,
  turnMs,
  type CreationKind,
  type CreationLimits,
  type CreationSlot,
  type CreationWindow,
} from './creation-window.ts';
import { abandonTicket, aheadOf, likelyAheadOf, passTickets, waiting, type TicketLine } from './ticket-line.ts';

export type { CreationKind, CreationSlot } from './creation-window.ts';
export { waiting } from './ticket-line.ts';

/** The gate before a workspace: how many runs may be created in a window of time and how many tasks may run at once. */
export interface AdmissionLimits extends CreationLimits {
  maxConcurrentTasks: number;
}

/** Does not grow with the queue: the whole of it is read and written at each operation. */
export interface AdmissionState extends CreationWindow, TicketLine {
  /** Tasks of the runs that have been admitted and not released. */
  active: number;
  /** Tasks of all the runs that have ever been admitted. */
  admittedTasks: number;
  /** When the latest runs were admitted, kept for the estimate of a wait. */
  recentAdmissionsMs: number[];
  /** A run that needs more room than there is; nobody who came later passes it until it has asked again. */
  blocked: { ticket: number; untilMs: number } | null;
  /** How many corrections of these counts have been made. */
  recounts: number;
}

export type AdmissionAnswer =
  | ({ kind: 'go'; ticket: number } & CreationSlot)
  | { kind: 'wait'; ticket: number; askAgainAtMs: number; position: number };

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
    recounts: 0,
  };
}

/** Gives the next ticket. */
export function issueTicket(state: AdmissionState): number {
  return state.issued++;
}

/** Asks whether the run with this ticket and so many tasks may go by a call of this kind; changes the state when it may. */
export function ask(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, tasks, nowMs, kind = 'submit' }: { ticket: number; tasks: number; nowMs: number; kind?: CreationKind },
): AdmissionAnswer {
  const needed = placesOf(tasks, limits);
  const free = limits.maxConcurrentTasks - state.active;
  const ahead = aheadOf(state, ticket);
  if (state.blocked !== null && (state.blocked.untilMs <= nowMs || state.blocked.ticket >= ticket))
    state.blocked = null;
  const isFull = ahead >= free || needed > free;
  const isEarly = turnMs(state, limits, { kind, ahead, nowMs }) > nowMs + SOON_MS;
  if (state.blocked !== null || isFull || isEarly) {
    const likely = likelyAheadOf(state, ticket);
    const askAgainAtMs = Math.ceil(nowMs + waitMs(state, limits, { kind, ahead: likely, free, isFull, nowMs }));
    // Whoever came later and is smaller must not take the room that a large run waits for.
    if (state.blocked === null && ahead === 0 && isFull)
      state.blocked = { ticket, untilMs: askAgainAtMs + MIN_WAIT_MS };
    return { kind: 'wait', ticket, askAgainAtMs, position: likely + 1 };
  }
  const slot = reserveCreation(state, limits, { nowMs, kind });
  passTickets(state, 1);
  state.active += needed;
  state.admittedTasks += needed;
  state.recentAdmissionsMs = [...state.recentAdmissionsMs, nowMs].slice(-RECENT_ADMISSIONS);
  return { kind: 'go', ticket, ...slot };
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

/** Gives back what an admitted run held, and its slot where it has created nothing. */
export function release(
  state: AdmissionState,
  limits: AdmissionLimits,
  tasks: number,
  unused: CreationSlot | null = null,
): void {
  state.active = Math.max(0, state.active - placesOf(tasks, limits));
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

/** Gives back a ticket that was never admitted. */
export function abandon(state: AdmissionState, ticket: number): void {
  abandonTicket(state, ticket);
  if (state.blocked?.ticket === ticket) state.blocked = null;
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
