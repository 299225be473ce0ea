import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { isEarly } from './admission-slot.ts';
import { aheadInTurns, giveUpTicket, isHeld, passAhead } from './caller-queues.ts';
import { mayKeepCreation, type CreationKind } from './creation-window.ts';
import { noteExpired, strike, takeExpired, type NextInQueue } from './next-in-queue.ts';
import { inTurns, isAhead } from './queue-order.ts';

/** Places are free for so long, and none of those ahead asks: they are gone. */
const STALLED_MS = 60_000;

/**
 * Whoever is near its turn is remembered. Where those ahead are not, and places stay free though they might go, nobody
 * will ask for them any more.
 */
export function passStalled(
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
export function expire(state: AdmissionState, nowMs: number): void {
  for (const { ticket, untilMs } of state.next) {
    if (untilMs > nowMs) continue;
    dequeue(state, ticket);
    if (!takeExpired(state, ticket)) giveUpTicket(state, ticket);
    noteExpired(state, [ticket]);
    if (state.blocked?.ticket === ticket) state.blocked = null;
  }
}

/** Forgets a run that is no longer next, with the creation that is kept for it. */
export function dequeue(state: AdmissionState, ticket: number): NextInQueue | undefined {
  const found = strike(state, ticket);
  if (found?.maySucceed === true) state.kept--;
  return found;
}

/** Keeps creations for those in front, so that they may take over places. */
export function keepCreations(state: AdmissionState, limits: AdmissionLimits, nowMs: number): void {
  const others = state.next.filter(({ maySucceed }) => !maySucceed);
  if (others.length === 0 || !mayKeepCreation(state, limits, nowMs)) return;
  for (const run of inTurns(state, others)) {
    if (!mayKeepCreation(state, limits, nowMs)) return;
    state.kept++;
    run.maySucceed = true;
  }
}
