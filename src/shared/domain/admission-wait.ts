import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { nextSlotMs, turnMs, type CreationKind } from './creation-window.ts';

/** No run asks again sooner. */
export const MIN_WAIT_MS = 500;
/**
 * A slot is given out shortly before its time: until then the run waits in the queue, where it is seen. It asks as early
 * as that when its turn comes, because timers of whole seconds fire late.
 */
export const SOON_MS = 1_000;
/** Who was too early for its turn does not ask again sooner. */
const EARLY_AGAIN_MS = 700;
/** However slow the last admissions were, those in front ask at least so often: a burst may just have ended. */
const FRONT_WAIT_MS = 10_000;
/** The longer no run has been let through, the longer they wait before they ask again: those in front a tenth of it. */
const PATIENCE = 0.1;
/**
 * Whoever is further behind waits longer, but no longer than four fifths of what those ahead need at the pace that the
 * window allows for long, nor than so much each: many places may become free at once. With n waiting, about
 * 4 × ln(n / 12) ask in a second, which is 33 for 50,000; an entity on Azure Storage serves about 64.
 */
const SHARE_OF_PACE = 0.8;
const LONGEST_WAIT_MS_EACH = 300;
/** Where only the window decides when it is a run's turn, it asks at half of the way: those ahead may give up. */
const SHARE_OF_TURN = 0.5;
/** Nothing but another configuration brings the next slot nearer. */
const LONGEST_SLOT_WAIT_MS = 300_000;

/** How long to wait before asking again: as long as is likely, but not so long that places are left empty. */
export function waitMs(
  state: AdmissionState,
  limits: AdmissionLimits,
  {
    kind,
    ahead,
    free,
    isFull,
    nowMs,
  }: { kind: CreationKind; ahead: number; free: number; isFull: boolean; nowMs: number },
): number {
  const { blocked } = state;
  const slotMs = nextSlotMs(state, limits, kind, nowMs);
  const turnAfterMs = turnMs(state, limits, { kind, ahead, nowMs }) - slotMs;
  const patientMs = Math.max(longestWaitMs(limits, ahead, SHARE_OF_TURN), turnAfterMs * SHARE_OF_TURN);
  const forTurnMs = Math.min(slotMs - nowMs, LONGEST_SLOT_WAIT_MS) + Math.min(turnAfterMs, patientMs);
  if (blocked === null && !isFull)
    return turnAfterMs <= patientMs ? Math.max(forTurnMs - SOON_MS, EARLY_AGAIN_MS) : Math.max(forTurnMs, MIN_WAIT_MS);
  // Those whom a large run keeps back find free places, and yet wait for those ahead of them.
  const behind = blocked === null ? Math.max(ahead - Math.max(free, 0), 0) : ahead;
  const forPlaceMs = Math.min(estimatedMs(state, behind, nowMs), longestWaitMs(limits, behind, SHARE_OF_PACE));
  return Math.max(forTurnMs, forPlaceMs, blockedUntilMs(state) - nowMs, MIN_WAIT_MS);
}

/** Until a large run asks again no other passes it; one that is called goes sooner, at a time that is unknown. */
function blockedUntilMs({ blocked, next }: AdmissionState): number {
  if (blocked === null || next.some(({ ticket }) => ticket === blocked.ticket)) return 0;
  return blocked.untilMs;
}

function longestWaitMs(limits: AdmissionLimits, ahead: number, share: number): number {
  const eachMs = Math.min(LONGEST_WAIT_MS_EACH, (share * limits.windowMs) / limits.creationsPerWindow);
  return Math.max(ahead * eachMs, FRONT_WAIT_MS);
}

/** Until those ahead have gone at the pace of the latest admissions; a little less, for free places are not left empty. */
function estimatedMs({ recentAdmissionsMs }: AdmissionState, ahead: number, nowMs: number): number {
  const last = recentAdmissionsMs.at(-1) ?? nowMs;
  const first = recentAdmissionsMs[0] ?? last;
  const paceMs = ((last - first) / Math.max(recentAdmissionsMs.length, 1)) * ahead * SHARE_OF_PACE;
  const quietMs = (nowMs - last) * PATIENCE * (1 + ahead / 10);
  return paceMs + quietMs;
}
