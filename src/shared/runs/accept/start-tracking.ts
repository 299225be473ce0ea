import type { AppContext } from '../../context.ts';
import { callerKey } from '../../admission/caller-key.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { newTrackState } from '../../workflow/track-state.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** Starts the orchestration of a run; one that was let through before its orchestration got lost goes on from there. */
export async function startTracking(orchestrations: RunOrchestrations, record: RunRecord): Promise<void> {
  await orchestrations.start(record.instanceId, newTrackState(trackedRun(record), record.status !== 'queued'));
}

/** What an orchestration has to know of a run. */
export function trackedRun(record: RunRecord) {
  const { request } = record;
  return {
    key: { id: record.id, createdAtMs: record.createdAtMs },
    workspace: request.workspace,
    taskCount: request.taskCount,
    // One that was let through holds what was known then.
    sizeUnknown: request.target.kind === 'run_now' && record.status === 'queued',
    kind: record.repair === null ? request.target.kind : ('repair' as const),
    caller: { key: callerKey(record.submittedBy), activeLimit: record.activeLimit ?? null },
    retry: request.retry,
    deadlineAtMs: record.deadlineAtMs,
    attempt: record.attempt,
    attemptsBefore: record.attemptsBefore ?? 0,
  };
}

/** As `startTracking`, of a run that the ledger has accepted: whatever fails, the next sweep starts it. */
export async function startAccepted(
  context: AppContext,
  orchestrations: RunOrchestrations,
  record: RunRecord,
): Promise<void> {
  try {
    await startTracking(orchestrations, record);
  } catch (error) {
    context.log.warn('run.start_deferred', { run: record.id, error });
  }
}
