import type { App } from '../app.ts';
import {
  DatabricksError,
  DatabricksNotFoundError,
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
} from '../databricks/errors.ts';
import { failure, type Failure } from '../domain/failure.ts';
import { afterFailure, REACHED } from '../domain/reachability.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Activities, SubmitResult } from '../workflow/steps.ts';
import { amendRun, isAtWork } from './amend-run.ts';
import { currentRun } from './current-run.ts';
import { prepareSubmit, type HandedOver } from './prepare-submit.ts';

type Step = Activities['submit-run'];

/** Where Databricks names no time with its 429. */
const DEFAULT_THROTTLE_MS = 5_000;

/** Hands the run to Databricks, or says why it could not. Raises nothing that a later try would not mend. */
export async function submitRun(app: App, input: Step['input']): Promise<SubmitResult> {
  const { key, attempt, notAfterMs } = input;
  const stored = await currentRun(app, key);
  const { record, cancelRequestedAtMs } = stored;
  // A request that may have reached Databricks has to be settled before the run can be called canceled.
  const mayBeSent = input.sent || record.sentAttempt === attempt;
  if (cancelRequestedAtMs !== null && !mayBeSent) return { kind: 'canceled' };
  if (record.submittedAtMs !== null && record.attempt === attempt) return resumed(app, record);
  const begunAtMs = app.now();
  let sent = mayBeSent;
  try {
    const workspace = app.workspace(record.request.workspace);
    const { noted, send } = await prepareSubmit(app, workspace, { ...record, attempt }, mayBeSent);
    if (isLate(app, notAfterMs)) return { kind: 'late', sent };
    await amendOrFail(app, stored, attempt, (current) => ({
      ...current,
      ...noted,
      status: 'submitting',
      ticket: null,
      sentAttempt: attempt,
    }));
    if (isLate(app, notAfterMs)) return { kind: 'late', sent };
    const submittedAtMs = app.now();
    sent = true;
    return await bind(app, input, submittedAtMs, await send());
  } catch (error) {
    return await refused(app, input, error, { mayBeSent, sent, begunAtMs });
  }
}

/** Writes what is new, and fails where the row has moved on: then this is a late repetition, whose answer nobody reads. */
async function amendOrFail(
  app: App,
  stored: StoredRun,
  attempt: number,
  change: (record: RunRecord) => RunRecord,
): Promise<void> {
  const written = await amendRun(app, stored, (record) =>
    isAtWork(record, attempt) && record.submittedAtMs === null ? change(record) : undefined,
  );
  if (written === undefined)
    throw new Error(`Attempt ${attempt} of the run ${stored.record.id} has been submitted already.`);
}

/** Whether the time of the run's slot has passed. */
function isLate(app: App, notAfterMs: number): boolean {
  return app.now() > notAfterMs;
}

async function bind(
  app: App,
  input: Step['input'],
  submittedAtMs: number,
  { runId, repairId }: HandedOver,
): Promise<SubmitResult> {
  const stored = await currentRun(app, input.key);
  const { workspace, workKey } = stored.record.request;
  // First the pointer: the notification of a run that has started already looks for it.
  await app.ledger.point(workspace, runId, input.key);
  await amendOrFail(app, stored, input.attempt, (record) => ({
    ...record,
    ...REACHED,
    ...(record.runId === runId ? {} : ofAnotherRun(record)),
    status: 'pending',
    runId,
    latestRepairId: repairId ?? record.latestRepairId,
    submittedAtMs,
    pushed: false,
    observedAtMs: submittedAtMs,
  }));
  return { kind: 'submitted', runId, submittedAtMs, learned: await learned(app, workspace, workKey) };
}

/** The row forgets what it knows of the last attempt's run. */
function ofAnotherRun({ runId, earlierRunIds }: RunRecord): Partial<RunRecord> {
  return {
    earlierRunIds: runId === null ? earlierRunIds : [...earlierRunIds, runId],
    runPageUrl: null,
    stateMessage: '',
    tasks: [],
    startedAtMs: null,
    completedAtMs: null,
  };
}

/** The activity ran before and its answer was lost: the run is there. */
async function resumed(app: App, record: RunRecord): Promise<SubmitResult> {
  return {
    kind: 'submitted',
    runId: record.runId ?? '',
    submittedAtMs: record.submittedAtMs ?? app.now(),
    learned: await learned(app, record.request.workspace, record.request.workKey),
  };
}

async function learned(app: App, workspace: string, workKey: string) {
  // Only the pace of the polls hangs on it.
  return (await app.durations.learned(workspace, workKey).catch(() => undefined)) ?? null;
}

/**
 * Why the run was not handed over. Where an earlier request may have reached Databricks, only its answer to this one
 * counts: without the right to ask, or without the name of the job, nobody knows what became of the first.
 */
async function refused(
  app: App,
  input: Step['input'],
  error: unknown,
  { mayBeSent, sent, begunAtMs }: { mayBeSent: boolean; sent: boolean; begunAtMs: number },
): Promise<SubmitResult> {
  if (error instanceof DatabricksRateLimitedError) {
    return { kind: 'throttled', untilMs: app.now() + (error.retryAfterMs ?? DEFAULT_THROTTLE_MS), sent: mayBeSent };
  }
  if (!(error instanceof AppError)) throw error;
  const isAnswer = error instanceof DatabricksRejectedError || error instanceof DatabricksNotFoundError;
  if (isRefusal(error) && (isAnswer || !mayBeSent)) {
    app.log.warn('run.rejected', { run: input.key.id, error });
    return { kind: 'rejected', failure: rejection(error) };
  }
  await noteFailing(app, input, begunAtMs);
  return { kind: 'unavailable', sent };
}

/** Whether trying again would not help. */
function isRefusal(error: AppError): boolean {
  return !error.retryable && !(error instanceof DatabricksProtocolError);
}

function rejection(error: AppError): Failure {
  if (!(error instanceof DatabricksError)) return failure('configuration', error.code, error.message);
  const failureClass = error instanceof DatabricksPermissionError ? 'permission' : 'configuration';
  return failure(failureClass, error.errorCode ?? error.code, error.databricksMessage ?? error.message);
}

/** Notes that Databricks (or the vault) cannot be reached; after a minute the run says so. */
async function noteFailing(app: App, { key, attempt }: Step['input'], begunAtMs: number): Promise<void> {
  await amendRun(app, await currentRun(app, key), (record) =>
    isAtWork(record, attempt)
      ? { ...record, ...afterFailure(record, begunAtMs, app.now()), status: 'submitting', ticket: null }
      : undefined,
  );
}
