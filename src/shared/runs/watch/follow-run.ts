import type { AppContext, Workspace } from '../../context.ts';
import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import { DatabricksNotFoundError } from '../../databricks/errors.ts';
import type { JobsClient } from '../../databricks/jobs.ts';
import type { Run } from '../../databricks/schemas.ts';
import type { Observation } from '../../domain/observe-run.ts';
import { failure } from '../../domain/failure.ts';
import { afterFailure, REACHED } from '../../domain/reachability.ts';
import type { RunRecord, RunSuccessor } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { Activities, FollowResult } from '../../workflow/activities.ts';
import { announceChange } from '../record/announce-change.ts';
import { updateRun, isActiveAttempt } from '../record/update-run.ts';
import { currentRun } from '../record/current-run.ts';
import { nameSuccessor } from '../admission/name-successor.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { startSuccessor } from '../admission/start-admitted.ts';
import { readRun, type Reading } from './read-run.ts';
import { runPageUrl } from '../../databricks/run-page-url.ts';
import { runTrace } from '../record/run-spans.ts';

type Step = Activities['follow-run'];

/** A run may be unknown for a moment after its submit. */
const KNOWN_AFTER_MS = 60_000;

/** Unchanged records are still written now and then, so that the sweep sees that somebody reads. */
const TOUCH_AFTER_MS = 5 * 60_000;

/** What is known beside the run's row. */
interface FollowOptions {
  page?: () => Promise<Run>;
  isNotified?: boolean;
  orchestrations?: RunOrchestrations | undefined;
}

/** The orchestration looks again by itself, and an activity that waits keeps others from running. */
export const READING = { budgetMs: 5_000, timeoutMs: 20_000 };

/** Reads the run at Databricks and writes what is new of it. No failure to read decides an outcome. */
export async function followRun(
  context: AppContext,
  { key, runId }: Step['input'],
  orchestrations?: RunOrchestrations,
): Promise<FollowResult> {
  const result = await followStored(context, await currentRun(context, key), runId, { orchestrations });
  if (orchestrations !== undefined && result.kind === 'ended' && result.successor != null)
    await startSuccessor(context, orchestrations, result.successor);
  return result;
}

/**
 * As `followRun`, of a run whose row has been read. `page`: the run's first page, where it has been read too, or what
 * that came to. `isNotified`: Databricks has sent a notification of the run. `orchestrations`: where the run has ended, another that
 * waits takes over its places; the caller is to start it.
 */
export async function followStored(
  context: AppContext,
  stored: StoredRun,
  runId: string,
  { page, isNotified = false, orchestrations }: FollowOptions = {},
): Promise<FollowResult> {
  const { record } = stored;
  const cancelRequested = stored.cancelRequestedAtMs !== null;
  const begunAtMs = context.now();
  let workspace: Workspace;
  let reading: Reading;
  try {
    workspace = context.workspace(record.request.workspace);
    const { jobs } = workspace;
    reading = await readRun(page === undefined ? jobs : withPage(jobs, page), runId, record, {
      call: { ...READING, trace: runTrace(record) },
      nowMs: begunAtMs,
    });
  } catch (error) {
    if (error instanceof UnknownWorkspaceError) return { ...outOfReach(error), cancelRequested };
    if (!(error instanceof AppError)) throw error;
    const isMissing = error instanceof DatabricksNotFoundError && isOld(record, context.now());
    await updateRun(context, stored, (current) =>
      isFollowed(current, record, runId) ? unread(current, isMissing, begunAtMs, context.now()) : undefined,
    );
    if (isMissing) return { kind: 'missing', cancelRequested };
    return { kind: 'unreachable', cancelRequested, notBeforeMs: error.retryAtMs(context.now()) };
  }
  const { observation } = reading;
  // One that has ended holds what it has held, until its place is given back.
  const taskCount = observation.outcome === null ? reading.taskCount : null;
  const pageUrl = runPageUrl(observation.runPageUrl, workspace.config.host);
  const hasNotifications = isNotified || record.hasNotifications;
  const seen = {
    ...observation,
    runPageUrl: pageUrl,
    hasNotifications,
    tasksReadAtMs: reading.tasksReadAtMs,
    taskCount,
  };
  const change = (current: RunRecord) =>
    isFollowed(current, record, runId) ? observed(current, seen, context.now()) : undefined;
  const started = observation.status === 'running';
  if (observation.outcome === null) {
    const written = await updateRun(context, stored, change);
    if (started && record.status !== 'running' && written !== undefined) {
      context.log.info('run.started', { run: record.id, workspace: record.request.workspace, databricks_run: runId });
      await announceChange(context, { ...stored, record: written }, 'started');
    }
    return { kind: 'active', started, cancelRequested, taskCount };
  }
  const successor = await writeEnd(context, stored, change, orchestrations);
  return { kind: 'ended', outcome: observation.outcome, failure: observation.failure, cancelRequested, successor };
}

/** Returns who has taken over the places of the run: whoever writes its end first decides that. */
async function writeEnd(
  context: AppContext,
  stored: StoredRun,
  change: (current: RunRecord) => RunRecord | undefined,
  orchestrations: RunOrchestrations | undefined,
): Promise<RunSuccessor | null> {
  const ended = stored.record.successor === undefined ? change(stored.record) : undefined;
  if (orchestrations !== undefined && ended !== undefined) {
    const written = await nameSuccessor(context, orchestrations, { ...stored, record: ended });
    if (written !== undefined) return written.successor ?? null;
  }
  const written = await updateRun(context, stored, change);
  return (written ?? (await currentRun(context, stored.record)).record).successor ?? null;
}

/** The Jobs API, with the first page of the run as it has been read. */
function withPage(jobs: JobsClient, getRunPage: () => Promise<Run>): Pick<JobsClient, 'getRun' | 'getRunPage'> {
  return { getRun: (runId, options) => jobs.getRun(runId, options), getRunPage };
}

/** The run can neither be read nor stopped. */
function outOfReach({ code, message }: AppError) {
  return { kind: 'ended', outcome: 'lost', failure: failure('configuration', code, message) } as const;
}

/**
 * A late repetition of this step must not write over what a later one has found, nor what an earlier attempt has come to
 * into the row of one that waits: a repair is of the same Databricks run.
 */
function isFollowed(record: RunRecord, { attempt }: RunRecord, runId: string): boolean {
  return isActiveAttempt(record, attempt) && record.runId === runId && record.submittedAtMs !== null;
}

/** Undefined where nothing is new. */
function observed(
  record: RunRecord,
  seen: Observation & Pick<RunRecord, 'hasNotifications' | 'tasksReadAtMs'> & Pick<Reading, 'taskCount'>,
  observedAtMs: number,
): RunRecord | undefined {
  const next: RunRecord = {
    ...record,
    ...REACHED,
    // Of a saved job's run, the request says nothing.
    request: {
      ...record.request,
      compute: record.request.compute ?? seen.compute,
      taskCount: seen.taskCount ?? record.request.taskCount,
    },
    // The run is completed for its owner when its outputs are there.
    status: seen.status === 'completed' ? 'running' : seen.status,
    stateMessage: seen.stateMessage,
    jobId: seen.jobId ?? record.jobId,
    runName: seen.runName ?? record.runName,
    runPageUrl: seen.runPageUrl ?? record.runPageUrl,
    tasks: seen.tasks,
    tasksReadAtMs: seen.tasksReadAtMs,
    startedAtMs: seen.startedAtMs ?? record.startedAtMs,
    completedAtMs: seen.endedAtMs,
    hasNotifications: seen.hasNotifications,
    ...(seen.outcome === null ? {} : { successor: record.successor ?? null }),
  };
  const changed = JSON.stringify(next) !== JSON.stringify(record);
  return changed || observedAtMs - record.observedAtMs > TOUCH_AFTER_MS ? { ...next, observedAtMs } : undefined;
}

/** Undefined where nothing is new; written now and then all the same, for the run is being followed. */
function unread(record: RunRecord, isMissing: boolean, begunAtMs: number, nowMs: number): RunRecord | undefined {
  const after = afterFailure(record, begunAtMs, nowMs);
  // Its orchestration may give its places back any moment.
  if (isMissing && record.successor === undefined) return { ...record, ...after, successor: null };
  const isNews =
    after.failingSinceMs !== record.failingSinceMs || after.unreachableSinceMs !== record.unreachableSinceMs;
  const isDue = nowMs - record.observedAtMs > TOUCH_AFTER_MS;
  return isNews || isDue ? { ...record, ...after, ...(isDue ? { observedAtMs: nowMs } : {}) } : undefined;
}

function isOld(record: RunRecord, nowMs: number): boolean {
  return nowMs - (record.submittedAtMs ?? nowMs) > KNOWN_AFTER_MS;
}
