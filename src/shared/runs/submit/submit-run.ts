import type { App } from '../../create-context.ts';
import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import {
  DatabricksError,
  DatabricksPermissionError,
  DatabricksRateLimitedError,
  DatabricksTooLateError,
} from '../../databricks/errors.ts';
import { isUnprocessed } from '../../databricks/retry.ts';
import { rulingOn, type Ruling } from '../../databricks/verdict.ts';
import { failure, type Failure } from '../../domain/failure.ts';
import { afterFailure, REACHED } from '../../domain/reachability.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { StoredRun } from '../../ledger/run-ledger.ts';
import type { Activities, SubmitResult } from '../../workflow/activities.ts';
import { updateRun, isActiveAttempt } from '../record/update-run.ts';
import { watchRun } from '../watch/watch-run.ts';
import { currentRun } from '../record/current-run.ts';
import { withoutEarlierRun } from '../record/earlier-run.ts';
import type { Orchestrations } from '../../durable/run-orchestrations.ts';
import { prepareSubmit, type HandedOver } from './prepare-submit.ts';

type Step = Activities['submit-run'];

/** Where Databricks names no time with its 429. */
const DEFAULT_THROTTLE_MS = 5_000;

/** What is known of this attempt's requests when one of them fails. */
interface Situation {
  begunAtMs: number;
  /** One that was sent before this execution may have arrived. */
  mayBeSent: boolean;
  /** The number under which the row has noted that this one is about to be sent; null before. */
  send: number | null;
}

/**
 * Hands the run to Databricks, or says why it could not. The row says whether a request of this attempt may be there
 * already: then only its answer to the same request can tell, and neither a cancellation nor the deadline ends the run
 * before. Throws nothing that a later try would not mend.
 */
export async function submitRun(app: App, input: Step['input'], engine: Orchestrations): Promise<SubmitResult> {
  const result = await handOver(app, input);
  if (result.kind !== 'submitted') return result;
  const { workspace, workKey, runId, submittedAtMs, learned } = result;
  const run = { workspace, key: input.key, runId, submittedAtMs, learned, workKey, isNotified: false };
  return { kind: 'submitted', runId, submittedAtMs, learned, watched: await watchRun(app, engine, run) };
}

/** What is known of a run that Databricks has taken. */
interface Submitted extends Pick<SubmitResult & { kind: 'submitted' }, 'kind' | 'runId' | 'submittedAtMs' | 'learned'> {
  workspace: string;
  workKey: string;
}

type Refused = Exclude<SubmitResult, { kind: 'submitted' }>;

async function handOver(app: App, input: Step['input']): Promise<Submitted | Refused> {
  const { key, attempt, notAfterMs } = input;
  const stored = await currentRun(app, key);
  const { record } = stored;
  const mayBeSent = record.sentAttempt === attempt;
  if (!mayBeSent && stored.cancelRequestedAtMs !== null) return { kind: 'canceled' };
  if (!mayBeSent && input.isOverdue) return { kind: 'overdue' };
  if (record.submittedAtMs !== null && record.attempt === attempt) return resumed(app, record);
  if (input.isEarly) return { kind: 'early' };
  const situation: Situation = { begunAtMs: app.now(), mayBeSent, send: null };
  try {
    const workspace = app.workspace(record.request.workspace);
    const { noted, send } = await prepareSubmit(app, workspace, { ...record, attempt }, { mayBeSent, notAfterMs });
    if (app.now() > notAfterMs) return { kind: 'late' };
    const marked = await updateOrFail(app, stored, attempt, (current) => {
      // Another execution of this step is sending its own request: what was prepared here knows nothing of that one.
      if (!mayBeSent && current.sentAttempt === attempt) return undefined;
      const sends = (current.sends ?? 0) + 1;
      return { ...current, ...noted, status: 'submitting', ticket: null, sentAttempt: attempt, sends };
    });
    situation.send = marked.sends ?? 0;
    const submittedAtMs = app.now();
    return await bind(app, input, submittedAtMs, await send());
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return await refused(app, input, error, situation);
  }
}

/**
 * Writes what is new, and fails where the row has moved on: then this is a late repetition, whose answer nobody reads, or
 * one of two executions at the same time, and the step is taken again.
 */
async function updateOrFail(
  app: App,
  stored: StoredRun,
  attempt: number,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<RunRecord> {
  const written = await updateRun(app, stored, (record) =>
    isActiveAttempt(record, attempt) && record.submittedAtMs === null ? change(record) : undefined,
  );
  if (written === undefined)
    throw new Error(`Attempt ${attempt} of the run ${stored.record.id} is submitted by another execution.`);
  return written;
}

async function bind(
  app: App,
  input: Step['input'],
  submittedAtMs: number,
  { runId, repairId }: HandedOver,
): Promise<Submitted> {
  const stored = await currentRun(app, input.key);
  const { workspace, workKey } = stored.record.request;
  // First the pointer: the notification of a run that has started already looks for it.
  await app.ledger.point(workspace, runId, input.key);
  await updateOrFail(app, stored, input.attempt, (record) => ({
    ...record,
    ...REACHED,
    ...(record.runId === runId ? { startedAtMs: null, completedAtMs: null } : withoutEarlierRun(record)),
    status: 'pending',
    runId,
    latestRepairId: repairId ?? record.latestRepairId,
    submittedAtMs,
    pushed: false,
    observedAtMs: submittedAtMs,
  }));
  return {
    kind: 'submitted',
    workspace,
    workKey,
    runId,
    submittedAtMs,
    learned: await learned(app, workspace, workKey),
  };
}

/** The activity ran before and its answer was lost: the run is there. */
async function resumed(app: App, record: RunRecord): Promise<Submitted> {
  return {
    kind: 'submitted',
    workspace: record.request.workspace,
    workKey: record.request.workKey,
    runId: record.runId ?? '',
    submittedAtMs: record.submittedAtMs ?? app.now(),
    learned: await learned(app, record.request.workspace, record.request.workKey),
  };
}

async function learned(app: App, workspace: string, workKey: string) {
  // Only the pace of the polls hangs on it.
  return (await app.durations.learned(workspace, workKey).catch(() => undefined)) ?? null;
}

/** Why the run was not handed over, and what the row has to say of it. */
async function refused(app: App, input: Step['input'], error: AppError, situation: Situation): Promise<Refused> {
  const { mayBeSent, send } = situation;
  if (send !== null && !mayBeSent && !mayHaveArrived(error)) await takeBack(app, input, send);
  const ruling = rulingFor(error, situation);
  const namedMs = error.retryAtMs(app.now());
  switch (ruling) {
    case 'late':
      return { kind: 'late' };
    case 'throttled':
      return {
        kind: 'throttled',
        untilMs: namedMs ?? app.now() + DEFAULT_THROTTLE_MS,
        refusal: isFullWindow(error) && !mayBeSent && !mayHaveArrived(error) ? refusalOf(error) : null,
      };
    case 'refused':
      app.log.warn('run.rejected', { run: input.key.id, error });
      return { kind: 'rejected', failure: refusalOf(error) };
    case 'confirm':
      await noteFailing(app, input, situation.begunAtMs);
      return { kind: 'doubtful', failure: refusalOf(error) };
    case 'again':
      await noteFailing(app, input, situation.begunAtMs);
      return { kind: 'unavailable', notBeforeMs: namedMs };
  }
}

function rulingFor(error: AppError, { mayBeSent, send }: Situation): Ruling {
  // Nobody can ask any more.
  if (error instanceof UnknownWorkspaceError) return 'refused';
  // The vault, storage, or the name of the job: without them, nobody knows what became of an earlier request.
  if (!(error instanceof DatabricksError)) return error.retryable || mayBeSent || send !== null ? 'again' : 'refused';
  const ruling = rulingOn(error, mayBeSent || error.mayHaveArrivedBefore);
  // A rate of what is read on the way says nothing of the rate of what is created.
  return ruling === 'throttled' && send === null ? 'again' : ruling;
}

/** Whether Databricks may have acted on what this execution has sent. */
function mayHaveArrived(error: AppError): boolean {
  if (!(error instanceof DatabricksError) || error.mayHaveArrivedBefore) return true;
  return !(isUnprocessed(error) || error instanceof DatabricksTooLateError);
}

/** The window of creations is a refusal by its form, and a rate limit by its meaning. */
function isFullWindow(error: AppError): boolean {
  return error instanceof DatabricksRateLimitedError && error.status !== 429;
}

/** The request that was noted under this number is certainly not at Databricks; another that was noted since may be. */
async function takeBack(app: App, { key, attempt }: Step['input'], send: number): Promise<void> {
  await updateRun(app, await currentRun(app, key), (record) =>
    isActiveAttempt(record, attempt) && record.sends === send && record.submittedAtMs === null
      ? { ...record, sentAttempt: attempt - 1 }
      : undefined,
  );
}

function refusalOf(error: AppError): Failure {
  if (!(error instanceof DatabricksError)) return failure('configuration', error.code, error.message);
  const failureClass =
    error instanceof DatabricksPermissionError
      ? 'permission'
      : error instanceof DatabricksRateLimitedError
        ? 'capacity'
        : 'configuration';
  return failure(failureClass, error.errorCode ?? error.code, error.databricksMessage ?? error.message);
}

/** Notes that Databricks (or the vault) cannot be reached; after a minute the run says so. */
async function noteFailing(app: App, { key, attempt }: Step['input'], begunAtMs: number): Promise<void> {
  await updateRun(app, await currentRun(app, key), (record) =>
    isActiveAttempt(record, attempt)
      ? { ...record, ...afterFailure(record, begunAtMs, app.now()), status: 'submitting', ticket: null }
      : undefined,
  );
}
