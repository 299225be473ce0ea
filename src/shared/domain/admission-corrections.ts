import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { passAny, queueOfCaller } from './caller-queues.ts';
import { paceOf, reserveCreation, returnCreation, type CreationKind, type CreationSlot } from './creation-window.ts';

/**
 * Another slot for a run that was already admitted, in the place of the one that it has: Databricks responded 429, or the
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

/** Closes the gate for all calls of a kind until the time that Databricks named. */
export function close(state: AdmissionState, untilMs: number, kind: CreationKind = 'submit'): void {
  const pace = paceOf(state, kind);
  pace.closedUntilMs = Math.max(pace.closedUntilMs, untilMs);
}

/** Places and tickets whose holders are gone, and places of runs at work that are missing in the count. */
export interface Miscount {
  active: number;
  waiting: number;
  missing: number;
  /** Active runs of callers whose number is limited that nobody is, by the caller's key. */
  callers?: Record<string, number>;
}

/**
 * Puts right what a crash left wrong; the sweep finds it. `recounts` is what the sweep had seen: of two sweeps that
 * found the same, one is believed.
 */
export function recount(state: AdmissionState, wrong: Miscount & { recounts: number }): void {
  if (wrong.recounts !== state.recounts) return;
  state.recounts++;
  state.active = Math.max(0, state.active - wrong.active + wrong.missing);
  // It is unknown where in the queue they stood.
  passAny(state, wrong.waiting);
  for (const [key, count] of Object.entries(wrong.callers ?? {})) {
    const queue = queueOfCaller(state, key);
    if (queue !== undefined) queue.active = Math.max(0, queue.active - count);
  }
}
