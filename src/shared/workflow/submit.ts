import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { askAdmission } from './admission-steps.ts';
import { backOffMs } from './back-off.ts';
import { canceledEarly, isOverdue, overdue } from './endings.ts';
import { call, type SubmitResult } from './steps.ts';
import type { Stage, TrackState } from './track-state.ts';
import type { Sleeper } from './wake.ts';

type SubmitStage = Stage & { name: 'submit' };

/** A run that keeps missing its slots is on a host too slow for them: the next one lasts for a whole window. */
const MAX_MISSED_SLOTS = 20;

/** Hands the run to Databricks. A lost answer is repaired by asking again with the same idempotency token. */
export function* submit(
  context: OrchestrationContext,
  state: TrackState,
  stage: SubmitStage,
  admission: EntityId,
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  // Once a request may have reached Databricks, giving up could leave a run behind that nobody knows of.
  if (!stage.sent && isOverdue(state, sleeper.nowMs)) return { name: 'complete', end: overdue(), tries: 0 };
  const result = yield* handOver(context, state, stage);
  const sent = stage.sent || ('sent' in result && result.sent);
  switch (result.kind) {
    case 'submitted':
      return {
        name: 'follow',
        runId: result.runId,
        submittedAtMs: result.submittedAtMs,
        pushed: false,
        started: false,
        toldAtMs: null,
        endToldAtMs: null,
        learned: result.learned,
        polls: 0,
        unread: 0,
        missing: 0,
        isResumed: false,
        canceledAtMs: null,
      };
    case 'throttled': {
      const slot = yield* askAdmission(context, admission, 'throttled', { untilMs: result.untilMs });
      yield* sleeper.untilOrCancel(Math.min(slot.atMs, state.deadlineAtMs ?? Infinity));
      return { ...stage, sent, slot };
    }
    case 'late': {
      const missed = stage.missed + 1;
      const slot = yield* askAdmission(context, admission, 'reschedule', {
        unusedAtMs: sent ? null : stage.slot.atMs,
        lasting: missed > MAX_MISSED_SLOTS,
      });
      yield* sleeper.untilOrCancel(Math.min(slot.atMs, state.deadlineAtMs ?? Infinity));
      return { ...stage, sent, slot, missed };
    }
    case 'unavailable':
      yield* sleeper.untilOrCancel(sleeper.nowMs + backOffMs(stage.tries));
      return { ...stage, tries: stage.tries + 1, sent, missed: 0 };
    case 'rejected':
      return { name: 'complete', end: { outcome: 'rejected', failure: result.failure }, tries: 0 };
    case 'canceled':
      state.stop = 'cancel';
      return { name: 'complete', end: canceledEarly(state), tries: 0 };
  }
}

function* handOver(
  context: OrchestrationContext,
  state: TrackState,
  stage: SubmitStage,
): Generator<Task, SubmitResult, unknown> {
  const { sent, slot } = stage;
  try {
    const input = { key: state.key, attempt: state.attempt, sent, notAfterMs: slot.notAfterMs };
    return yield* call(context, 'submit-run', input);
  } catch (error) {
    // The activity may have failed after Databricks had taken the run.
    state.stage = { ...stage, sent: true };
    throw error;
  }
}
