/** The call that makes a run; Databricks has a rate for each. */
export type CreationKind = 'submit' | 'run_now' | 'repair';

/** How many runs may be created in a window of time: a ring of counted slices, so that the state stays small. */
export interface CreationLimits {
  creationsPerWindow: number;
  windowMs: number;
  /** How many calls of a kind Databricks takes in a second. */
  perSecond: Readonly<Record<CreationKind, number>>;
}

/** How far the calls of one kind have come. */
export interface Pace {
  /** When the last admitted run may go, epoch ms. */
  lastGoAtMs: number;
  /** Databricks said 429: no run goes before this, epoch ms. */
  closedUntilMs: number;
}

/** The pace of submits stands at the top, those of the other kinds in `others` once there were any. */
export interface CreationWindow extends Pace {
  /** Creations by the last slice of the window in which they may happen: `[slice number, count]`, oldest first. */
  slices: [number, number][];
  /** Creations that are kept for runs which may be created before that is counted here. */
  kept: number;
  others?: Partial<Record<CreationKind, Pace>>;
}

/** When a run may be created, epoch ms: from `atMs` on. After `notAfterMs` the window no longer has room for it. */
export interface CreationSlot {
  atMs: number;
  notAfterMs: number;
}

const SLICES = 200;
/**
 * A run may come so late, or a slice of the window where that is longer: its timer fires up to a second after the slot
 * begins, as timers of whole seconds do, and what lies between it and Databricks takes time.
 */
const LATENESS_MS = 2_000;

/**
 * Takes the earliest slot from now on that keeps every window within the limit. A creation counts until the last slice
 * into which it may slip has left the window as a whole: one that comes late does not exceed the limit either. At most
 * a fiftieth of the window goes unused, or two seconds and a slice where that is more. A `lasting` slot may be used for
 * a whole window, and counts twice.
 */
export function reserveCreation(
  state: CreationWindow,
  limits: CreationLimits,
  { nowMs, kind, lasting = false }: { nowMs: number; kind: CreationKind; lasting?: boolean | undefined },
): CreationSlot {
  const atMs = nextSlotMs(state, limits, kind, nowMs);
  const slice = sliceOf(limits, atMs);
  const lastSlice = slice + slicesOfDelay(limits);
  state.slices = state.slices.filter(([number]) => number >= slice - SLICES);
  addCreation(state, lastSlice);
  if (lasting) addCreation(state, lastSlice + SLICES);
  paceOf(state, kind).lastGoAtMs = atMs;
  const delaySlices = slicesOfDelay(limits) + (lasting ? SLICES : 0);
  return { atMs, notAfterMs: atMs + (delaySlices * limits.windowMs) / SLICES };
}

/**
 * Gives a slot to others. Its holder has not used it, or takes another in its place: whatever it sends has one token,
 * so that it is one creation at most, and a later slot counts for longer.
 */
export function returnCreation(
  state: CreationWindow,
  limits: CreationLimits,
  { atMs, notAfterMs }: CreationSlot,
): void {
  const lastSlice = sliceOf(limits, atMs) + slicesOfDelay(limits);
  const isLasting = notAfterMs - atMs > limits.windowMs;
  removeCreation(state, lastSlice);
  if (isLasting) removeCreation(state, lastSlice + SLICES);
}

/** The pace of a kind of call, to be read and changed. */
export function paceOf(state: CreationWindow, kind: CreationKind): Pace {
  if (kind === 'submit') return state;
  state.others ??= {};
  return (state.others[kind] ??= { lastGoAtMs: 0, closedUntilMs: 0 });
}

/**
 * When the next creation may be, in whole ms as clocks count: after the gate has opened, at the pace, and when there is
 * room.
 */
export function nextSlotMs(state: CreationWindow, limits: CreationLimits, kind: CreationKind, nowMs: number): number {
  const { closedUntilMs, lastGoAtMs } = paceOf(state, kind);
  const earliestMs = Math.max(nowMs, closedUntilMs, lastGoAtMs + spacingMs(state, limits, kind, 0));
  return Math.ceil(windowOpensMs(state, limits, 0, earliestMs));
}

/**
 * When it is the turn of a run that has so many ahead, if they go as the window and the pace allow, and have gone so
 * since the last one that did: a turn that was not taken falls to whoever comes next.
 */
export function turnMs(
  state: CreationWindow,
  limits: CreationLimits,
  { kind, ahead, nowMs }: { kind: CreationKind; ahead: number; nowMs: number },
): number {
  const { closedUntilMs, lastGoAtMs } = paceOf(state, kind);
  const atPaceMs = lastGoAtMs + (ahead + 1) * spacingMs(state, limits, kind, ahead / 2);
  return Math.max(nowMs, closedUntilMs, atPaceMs, windowOpensMs(state, limits, ahead, nowMs));
}

/**
 * How far apart creations are after so many more. The fuller the window, the wider: a burst is let through at once, and
 * a long queue at the pace that lasts.
 */
function spacingMs({ slices }: CreationWindow, limits: CreationLimits, kind: CreationKind, more: number): number {
  const counted = slices.reduce((sum, [, count]) => sum + count, 0);
  const used = Math.min((counted + more) / limits.creationsPerWindow, 1);
  return Math.max(1_000 / limits.perSecond[kind], used * (limits.windowMs / limits.creationsPerWindow));
}

/** When the window has had room for so many more creations, from `fromMs` on. */
function windowOpensMs(state: CreationWindow, limits: CreationLimits, more: number, fromMs: number): number {
  const wholeWindows = Math.floor(more / limits.creationsPerWindow);
  const firstSlice = sliceOf(limits, fromMs) - SLICES;
  // Every run that asks comes here several times: it makes no lists.
  let missing = (more % limits.creationsPerWindow) + 1 - limits.creationsPerWindow + state.kept;
  for (const [slice, count] of state.slices) if (slice >= firstSlice) missing += count;
  let opensMs = fromMs;
  for (const [slice, count] of state.slices) {
    if (missing <= 0) break;
    if (slice < firstSlice) continue;
    missing -= count;
    opensMs = ((slice + SLICES + 1) * limits.windowMs) / SLICES;
  }
  return opensMs + wholeWindows * limits.windowMs;
}

/** How many creations count in the window of so many ms that ends now, those that are kept included. */
export function countedCreations({ slices, kept }: CreationWindow, windowMs: number, nowMs: number): number {
  const oldest = Math.floor((nowMs * SLICES) / windowMs) - SLICES;
  return slices.reduce((sum, [slice, count]) => (slice >= oldest ? sum + count : sum), kept);
}

/** A fiftieth of the window may be kept, and no more than is free. */
const KEPT_SHARE = 0.02;

/** Whether there is one creation more that may be kept. */
export function mayKeepCreation(state: CreationWindow, limits: CreationLimits, nowMs: number): boolean {
  const isTooMany = state.kept + 1 > limits.creationsPerWindow * KEPT_SHARE;
  return !isTooMany && windowOpensMs(state, limits, 0, nowMs) <= nowMs;
}

/** How many slices later than in that of its slot a creation may be. */
function slicesOfDelay({ windowMs }: CreationLimits): number {
  return Math.max(1, Math.ceil((LATENESS_MS * SLICES) / windowMs));
}

function sliceOf(limits: CreationLimits, epochMs: number): number {
  return Math.floor((epochMs * SLICES) / limits.windowMs);
}

function addCreation(state: CreationWindow, slice: number): void {
  const place = state.slices.findLastIndex(([number]) => number <= slice);
  const found = state.slices[place];
  if (found?.[0] === slice) found[1]++;
  else state.slices = state.slices.toSpliced(place + 1, 0, [slice, 1]);
}

function removeCreation(state: CreationWindow, slice: number): void {
  state.slices = state.slices.flatMap(([number, count]): [number, number][] =>
    number !== slice ? [[number, count]] : count > 1 ? [[number, count - 1]] : [],
  );
}
