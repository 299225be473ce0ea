/**
 * The gate before a workspace: how many runs may be created in a window of time and how many tasks may run at once.
 * The state does not grow with the queue: tickets are numbers, and the window is a ring of counted slices.
 */
export interface AdmissionLimits {
  maxConcurrentTasks: number;
  creationsPerWindow: number;
  windowMs: number;
  /** Databricks takes at most so many `runs/submit` a second. */
  submitsPerSecond: number;
}

export interface AdmissionState {
  issued: number;
  admitted: number;
  /** Tickets given back before they were admitted. */
  abandoned: number;
  /** Tasks of the runs that have been admitted and not released. */
  active: number;
  /** Creations by slice of the window: `[slice number, count]`, oldest first. */
  slices: [number, number][];
  /** When the last admitted run may go, epoch ms. */
  lastGoAtMs: number;
  /** Databricks said 429: nobody goes before this, epoch ms. */
  closedUntilMs: number;
  /** When the latest runs were admitted, kept for the estimate of a wait. */
  recentAdmissionsMs: number[];
  /** A run that needs more room than there is; nobody who came later passes it until it has asked again. */
  blocked: { ticket: number; untilMs: number } | null;
  /** The latest acceptance time of a run that holds a ticket, epoch ms. */
  newestCreatedAtMs: number;
  /** How many corrections of these counts have been made. */
  recounts: number;
}

/** When a run may be created: from `atMs` on. After `notAfterMs` the window no longer has room for it. */
export interface CreationSlot {
  atMs: number;
  notAfterMs: number;
}

export type AdmissionAnswer =
  | ({ kind: 'go'; ticket: number } & CreationSlot)
  | { kind: 'wait'; ticket: number; askAgainAtMs: number; position: number };

const SLICES = 100;
/** A run may come so late, or a slice of the window where that is longer: what lies between its slot and Databricks takes time. */
const LATENESS_MS = 1_000;
const RECENT_ADMISSIONS = 32;
const MIN_WAIT_MS = 500;
/** A slot is given out shortly before its time: until then the run waits in the line, where it is seen. */
const SOON_MS = 1_000;
const MAX_WAIT_MS = 300_000;
/** However slow the last admissions were, those in front ask at least so often: a burst may just have ended. */
const FRONT_WAIT_MS = 10_000;
/** The longer nobody has been let through, the longer they wait before they ask again: those in front a tenth of it. */
const PATIENCE = 0.1;
/** No workspace lets more than ten runs a second through for long. */
const FASTEST_MS_EACH = 100;

export function emptyAdmission(): AdmissionState {
  return {
    issued: 0,
    admitted: 0,
    abandoned: 0,
    active: 0,
    slices: [],
    lastGoAtMs: 0,
    closedUntilMs: 0,
    recentAdmissionsMs: [],
    blocked: null,
    newestCreatedAtMs: 0,
    recounts: 0,
  };
}

/** How many runs hold a ticket and have not been admitted. */
export function waiting(state: AdmissionState): number {
  return Math.max(0, state.issued - state.admitted - state.abandoned);
}

/** Gives the next ticket to a run that was accepted at `createdAtMs`. */
export function issueTicket(state: AdmissionState, createdAtMs: number): number {
  state.newestCreatedAtMs = Math.max(state.newestCreatedAtMs, createdAtMs);
  return state.issued++;
}

/** Asks whether the run with this ticket and so many tasks may go; changes the state when it may. */
export function ask(
  state: AdmissionState,
  limits: AdmissionLimits,
  { ticket, tasks, nowMs }: { ticket: number; tasks: number; nowMs: number },
): AdmissionAnswer {
  const needed = Math.min(tasks, limits.maxConcurrentTasks);
  const free = limits.maxConcurrentTasks - state.active;
  const ahead = ticket - state.admitted - state.abandoned;
  if (state.blocked !== null && (state.blocked.untilMs <= nowMs || state.blocked.ticket >= ticket))
    state.blocked = null;
  const isFull = ahead >= free || needed > free;
  const slotMs = nextSlotMs(state, limits, nowMs);
  const isEarly = slotMs > nowMs + SOON_MS || ahead >= roomAt(state, limits, nowMs);
  if (state.blocked !== null || isFull || isEarly) {
    const waitMs = isFull ? estimatedWaitMs(state, Math.max(ahead - Math.max(free, 0), 0), nowMs) : MIN_WAIT_MS;
    const opensMs = Math.max(slotMs + ahead * spacingMs(state, limits), windowOpensMs(state, limits, ahead, nowMs));
    const askAgainAtMs = Math.max(nowMs + waitMs, Math.min(opensMs, nowMs + MAX_WAIT_MS));
    // Whoever came later and is smaller must not take the room that a large run waits for.
    if (state.blocked === null && ahead <= 0 && isFull) state.blocked = { ticket, untilMs: askAgainAtMs + MIN_WAIT_MS };
    return { kind: 'wait', ticket, askAgainAtMs, position: Math.max(ahead, 0) + 1 };
  }
  const slot = reserveCreation(state, limits, nowMs);
  state.admitted++;
  state.active += needed;
  state.recentAdmissionsMs = [...state.recentAdmissionsMs, nowMs].slice(-RECENT_ADMISSIONS);
  return { kind: 'go', ticket, ...slot };
}

/**
 * Another slot for a run that was already admitted: Databricks answered 429, or the run came too late for its slot.
 * `unusedAtMs` is the slot that it certainly did not use, which others may have.
 */
export function askForCreation(
  state: AdmissionState,
  limits: AdmissionLimits,
  { nowMs, unusedAtMs }: { nowMs: number; unusedAtMs?: number | undefined },
): CreationSlot {
  if (unusedAtMs !== undefined) {
    const slice = sliceOf(limits, unusedAtMs);
    state.slices = state.slices.flatMap(([number, count]): [number, number][] =>
      number !== slice ? [[number, count]] : count > 1 ? [[number, count - 1]] : [],
    );
  }
  return reserveCreation(state, limits, nowMs);
}

/** Gives back what an admitted run held. */
export function release(state: AdmissionState, limits: AdmissionLimits, tasks: number): void {
  state.active = Math.max(0, state.active - Math.min(tasks, limits.maxConcurrentTasks));
}

/** Gives back a ticket that was never admitted. */
export function abandon(state: AdmissionState, ticket: number): void {
  state.abandoned++;
  if (state.blocked?.ticket === ticket) state.blocked = null;
}

/** Closes the gate for everyone until the time that Databricks named. */
export function close(state: AdmissionState, untilMs: number): void {
  state.closedUntilMs = Math.max(state.closedUntilMs, untilMs);
}

/**
 * Takes back places and tickets whose holders are gone; the sweep finds them. `recounts` is what the sweep had seen:
 * of two sweeps that found the same, one is believed.
 */
export function recount(state: AdmissionState, leaked: { active: number; waiting: number; recounts: number }): void {
  if (leaked.recounts !== state.recounts) return;
  state.recounts++;
  state.active = Math.max(0, state.active - leaked.active);
  state.abandoned += Math.min(leaked.waiting, waiting(state));
}

/**
 * The earliest slot from now on that keeps every window within the limit. A creation counts until its slice, and the
 * slices into which it may slip, have left the window as a whole: one that comes late does not exceed the limit either.
 * At most a fiftieth of the window goes unused, or a second and a slice where that is more.
 */
function reserveCreation(state: AdmissionState, limits: AdmissionLimits, nowMs: number): CreationSlot {
  const atMs = nextSlotMs(state, limits, nowMs);
  const slice = sliceOf(limits, atMs);
  const oldestCounted = slice - countedSlices(limits) + 1;
  state.slices = state.slices.filter(([number]) => number >= oldestCounted);
  const last = state.slices.at(-1);
  if (last?.[0] === slice) last[1]++;
  else state.slices.push([slice, 1]);
  state.lastGoAtMs = atMs;
  return { atMs, notAfterMs: atMs + ((countedSlices(limits) - SLICES - 1) * limits.windowMs) / SLICES };
}

/** When the next creation may be: after the gate has opened, at the pace, and when the window has room. */
function nextSlotMs(state: AdmissionState, limits: AdmissionLimits, nowMs: number): number {
  const earliestMs = Math.max(nowMs, state.closedUntilMs, state.lastGoAtMs + spacingMs(state, limits));
  return windowOpensMs(state, limits, 0, earliestMs);
}

/** How many more creations the window takes at this time. */
function roomAt(state: AdmissionState, limits: AdmissionLimits, atMs: number): number {
  const oldestCounted = sliceOf(limits, atMs) - countedSlices(limits) + 1;
  const counted = state.slices.reduce((sum, [slice, count]) => (slice >= oldestCounted ? sum + count : sum), 0);
  return limits.creationsPerWindow - counted;
}

/** The fuller the window, the wider apart: a burst is let through at once, and a long line at the pace that lasts. */
function spacingMs({ slices }: AdmissionState, limits: AdmissionLimits): number {
  const used = slices.reduce((sum, [, count]) => sum + count, 0) / limits.creationsPerWindow;
  return Math.max(1_000 / limits.submitsPerSecond, used * (limits.windowMs / limits.creationsPerWindow));
}

/** The slices of the window, the one that a creation stands in and those that it may slip into. */
function countedSlices({ windowMs }: AdmissionLimits): number {
  return SLICES + 1 + Math.max(1, Math.ceil((LATENESS_MS * SLICES) / windowMs));
}

function sliceOf(limits: AdmissionLimits, epochMs: number): number {
  return Math.floor((epochMs * SLICES) / limits.windowMs);
}

/** Not before those ahead can have gone at the pace of the latest admissions; a little early, for free places are not left empty. */
function estimatedWaitMs(state: AdmissionState, ahead: number, nowMs: number): number {
  const recent = state.recentAdmissionsMs;
  const last = recent.at(-1) ?? nowMs;
  const paceMs = ((last - (recent[0] ?? last)) / Math.max(recent.length, 1)) * ahead * 0.8;
  const quietMs = (nowMs - last) * PATIENCE * (1 + ahead / 10);
  const byPaceMs = Math.min(paceMs + quietMs, Math.max(ahead * FASTEST_MS_EACH, FRONT_WAIT_MS));
  return Math.min(Math.max(byPaceMs, MIN_WAIT_MS), MAX_WAIT_MS);
}

/** When the window has had room for so many more creations, from `fromMs` on. */
function windowOpensMs(state: AdmissionState, limits: AdmissionLimits, more: number, fromMs: number): number {
  const wholeWindows = Math.floor(more / limits.creationsPerWindow);
  let missing = (more % limits.creationsPerWindow) + 1 - roomAt(state, limits, fromMs);
  const oldestCounted = sliceOf(limits, fromMs) - countedSlices(limits) + 1;
  let opensMs = fromMs;
  for (const [slice, count] of state.slices) {
    if (missing <= 0) break;
    if (slice < oldestCounted) continue;
    missing -= count;
    opensMs = ((slice + countedSlices(limits)) * limits.windowMs) / SLICES;
  }
  return opensMs + wholeWindows * limits.windowMs;
}
