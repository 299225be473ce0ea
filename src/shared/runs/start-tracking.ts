import type { App } from '../app.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { newTrackState } from '../workflow/track-state.ts';
import type { Orchestrations } from './orchestrations.ts';

/** Starts the orchestration of a run; one that was let through before its orchestration got lost goes on from there. */
export async function startTracking(engine: Orchestrations, record: RunRecord): Promise<void> {
  const { request } = record;
  const beginning = {
    key: { id: record.id, createdAtMs: record.createdAtMs },
    workspace: request.workspace,
    taskCount: request.taskCount,
    retry: request.retry,
    notify: request.notify !== null,
    deadlineAtMs: record.deadlineAtMs,
    attempt: record.attempt,
  };
  await engine.start(record.instanceId, newTrackState(beginning, record.status !== 'queued'));
}

/** As `startTracking`, of a run that the ledger has accepted: whatever fails, the next sweep starts it. */
export async function startAccepted(app: App, engine: Orchestrations, record: RunRecord): Promise<void> {
  try {
    await startTracking(engine, record);
  } catch (error) {
    app.log.warn('start_left_to_the_sweep', { run: record.id, error });
  }
}
