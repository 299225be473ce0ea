import type { AdmissionLimits, AdmissionState } from './admission-state.ts';
import { aheadInTurns, isHeld, queueOfTicket } from './caller-queues.ts';
import type { CreationKind } from './creation-window.ts';
import type { NextInQueue } from './next-in-queue.ts';
import { inTurns } from './queue-order.ts';

/**
 * Who may take over the place of a run of a `caller` as soon as it is seen to have ended, first come, first served:
 * what is known of the gate is a little old, so that others may have been faster.
 */
export function possibleSuccessors(
  state: AdmissionState,
  limits: AdmissionLimits,
  { caller, nowMs }: { caller: string; nowMs: number },
): readonly NextInQueue[] {
  if (state.active > limits.maxConcurrentTasks) return [];
  const after = withoutActive(state, caller);
  const next = inTurns(after).filter(({ ticket }) => !isHeld(after, ticket));
  const end = next.findIndex(({ ticket, kind, maySucceed }, index) => {
    const { key, activeLimit } = queueOfTicket(after, ticket);
    return (
      !maySucceed ||
      // Somebody who is not remembered waits ahead of it.
      aheadInTurns(after, ticket) > index ||
      // Only the gate knows how many runs of another are active.
      (activeLimit !== null && key !== caller) ||
      closedUntilMs(state, kind) > nowMs
    );
  });
  return end === -1 ? next : next.slice(0, end);
}

/** The state when one run of the caller is active no more. */
function withoutActive(state: AdmissionState, caller: string): AdmissionState {
  const queues = state.queues.map((queue) =>
    queue.key === caller ? { ...queue, active: Math.max(0, queue.active - 1) } : queue,
  );
  return { ...state, queues };
}

function closedUntilMs(state: AdmissionState, kind: CreationKind): number {
  return (kind === 'submit' ? state : state.others?.[kind])?.closedUntilMs ?? 0;
}
