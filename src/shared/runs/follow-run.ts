import type { App } from '../app.ts';
import { DatabricksNotFoundError } from '../databricks/errors.ts';
import { observeRun, type Observation } from '../domain/databricks-run.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Activities, FollowResult } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';
import { UNREACHABLE_AFTER_MS } from './submit-run.ts';

type Step = Activities['follow-run'];

/** A run may be unknown for a moment after its submit; later it is gone. */
const UNKNOWN_IS_LOST_AFTER_MS = 60_000;

/** Unchanged records are still written now and then, so that the sweep sees that somebody reads. */
const TOUCH_AFTER_MS = 5 * 60_000;

/** The orchestration looks again by itself, and an activity that waits keeps others from running. */
const CALL = { budgetMs: 5_000, timeoutMs: 20_000 };

/** Reads the run at Databricks and writes what is new of it. No failure to read decides an outcome. */
export async function followRun(app: App, { key, runId, pushed }: Step['input']): Promise<FollowResult> {
  const stored = await currentRun(app, key);
  const cancelRequested = stored.cancelRequestedAtMs !== null;
  const workspace = app.workspace(stored.record.request.workspace);
  let observation: Observation;
  try {
    observation = observeRun(await workspace.jobs.getRun(runId, CALL));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error instanceof DatabricksNotFoundError && isOld(stored.record, app.now())) return { kind: 'lost' };
    await noteUnread(app, stored.record);
    return { kind: 'unreachable', cancelRequested };
  }
  // Two writers are rare: a wish to cancel, or an execution of this activity whose host was thought dead.
  const seen = { ...observation, pushed };
  if (!(await noteObserved(app, stored, seen))) await noteObserved(app, await currentRun(app, key), seen);
  if (observation.outcome === null) return { kind: 'active', cancelRequested };
  return { kind: 'ended', outcome: observation.outcome, failure: observation.failure, cancelRequested };
}

/** Answers false where somebody else has written meanwhile. */
async function noteObserved(
  app: App,
  { record, etag }: StoredRun,
  seen: Observation & { pushed: boolean },
): Promise<boolean> {
  if (record.status === 'completed') return true;
  const next: RunRecord = {
    ...record,
    // The run is completed for its owner when its outputs are there.
    status: seen.status === 'completed' ? 'running' : seen.status,
    stateMessage: seen.stateMessage,
    jobId: seen.jobId ?? record.jobId,
    runName: seen.runName ?? record.runName,
    runPageUrl: seen.runPageUrl ?? record.runPageUrl,
    tasks: seen.tasks,
    startedAtMs: seen.startedAtMs ?? record.startedAtMs,
    completedAtMs: seen.endedAtMs,
    pushed: seen.pushed,
    failingSinceMs: null,
    unreachableSinceMs: null,
  };
  const observedAtMs = app.now();
  const changed = JSON.stringify(next) !== JSON.stringify(record);
  if (!changed && observedAtMs - record.observedAtMs <= TOUCH_AFTER_MS) return true;
  return app.ledger.write({ ...next, observedAtMs }, etag);
}

async function noteUnread(app: App, record: RunRecord): Promise<void> {
  const nowMs = app.now();
  const failingSinceMs = record.failingSinceMs ?? nowMs;
  const unreachableSinceMs = nowMs - failingSinceMs >= UNREACHABLE_AFTER_MS ? failingSinceMs : null;
  if (record.failingSinceMs === failingSinceMs && record.unreachableSinceMs === unreachableSinceMs) return;
  await app.ledger.write({ ...record, failingSinceMs, unreachableSinceMs });
}

function isOld(record: RunRecord, nowMs: number): boolean {
  return nowMs - (record.submittedAtMs ?? nowMs) > UNKNOWN_IS_LOST_AFTER_MS;
}
