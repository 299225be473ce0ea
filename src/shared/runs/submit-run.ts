import type { App, Workspace } from '../app.ts';
import {
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
} from '../databricks/errors.ts';
import { failure, type Failure } from '../domain/failure.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import { SecretNotFoundError } from '../secrets/secrets.ts';
import type { Activities, SubmitResult } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';
import { databricksBody } from './databricks-body.ts';
import { findJob, JobNameError } from './find-job.ts';
import { repairRun } from './repair-run.ts';

type Step = Activities['submit-run'];

/** Where Databricks names no time with its 429. */
const DEFAULT_THROTTLE_MS = 5_000;

/** Hands the run to Databricks, or says why it could not. Raises nothing that a later try would not mend. */
export async function submitRun(app: App, { key, attempt, sent, notAfterMs }: Step['input']): Promise<SubmitResult> {
  const stored = await currentRun(app, key);
  let record: RunRecord = { ...stored.record, attempt };
  // A request that may have reached Databricks has to be settled before the run can be called canceled.
  const mayBeSent = sent || record.sentAttempt === attempt;
  if (stored.cancelRequestedAtMs !== null && !mayBeSent) return { kind: 'canceled' };
  if (record.submittedAtMs !== null && stored.record.attempt === attempt) return resumed(app, record);
  try {
    const send = await prepare(app, app.workspace(record.request.workspace), record);
    if (isLate(app, notAfterMs)) return { kind: 'late' };
    const sending: RunRecord = { ...record, status: 'submitting', ticket: null, sentAttempt: attempt };
    await app.ledger.write(sending);
    if (isLate(app, notAfterMs)) return { kind: 'late' };
    record = { ...sending, submittedAtMs: app.now() };
    return await bind(app, record, await send());
  } catch (error) {
    return await refused(app, { ...record, submittedAtMs: null }, error);
  }
}

/** Whether the time of the run's slot has passed. */
function isLate(app: App, notAfterMs: number | null): boolean {
  return notAfterMs !== null && app.now() > notAfterMs;
}

interface HandedOver {
  runId: string;
  repairId: string | null;
}

/** The orchestration tries again by itself, in a slot of its own; an activity that waits keeps others from running. */
const CALL = { budgetMs: 1_000, timeoutMs: 30_000 };

/** Makes ready what is to be sent, the token included; what it returns sends it without delay. */
async function prepare(app: App, workspace: Workspace, record: RunRecord): Promise<() => Promise<HandedOver>> {
  await workspace.tokens.getToken();
  const { repair, runId: repaired } = record;
  if (repair !== null && repaired !== null) {
    return async () => ({ runId: repaired, repairId: await repairRun(workspace.jobs, record, repaired, repair) });
  }
  const text = await bodyOf(app, record);
  const { target } = record.request;
  const jobId = target.kind === 'run_now' ? await findJob(workspace.jobs, target.job) : undefined;
  const body = databricksBody(record, text, workspace.config.webhook?.id, jobId);
  const { jobs } = workspace;
  return async () => {
    const { runId } = await (target.kind === 'submit' ? jobs.submit(body, CALL) : jobs.runNow(body, CALL));
    return { runId, repairId: null };
  };
}

async function bind(app: App, record: RunRecord, { runId, repairId }: HandedOver): Promise<SubmitResult> {
  const { workspace, workKey } = record.request;
  const submittedAtMs = record.submittedAtMs ?? app.now();
  await app.ledger.bind(workspace, runId, {
    ...record,
    status: 'pending',
    ticket: null,
    runId,
    latestRepairId: repairId ?? record.latestRepairId,
    submittedAtMs,
    failingSinceMs: null,
    unreachableSinceMs: null,
    pushed: false,
    observedAtMs: submittedAtMs,
  });
  return { kind: 'submitted', runId, submittedAtMs, learned: await learned(app, workspace, workKey) };
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

async function bodyOf(app: App, record: RunRecord): Promise<string> {
  const inline = await app.ledger.body(record.id);
  if (inline !== null) return inline;
  const claim = await app.ledger.claim(record.id);
  const archived = claim === undefined ? undefined : await app.archive.readBody(record.id, claim.bodyHash);
  if (archived === undefined) throw new Error(`The body of the run ${record.id} is gone.`);
  return archived;
}

async function refused(app: App, record: RunRecord, error: unknown): Promise<SubmitResult> {
  if (error instanceof DatabricksRateLimitedError) {
    return { kind: 'throttled', untilMs: app.now() + (error.retryAfterMs ?? DEFAULT_THROTTLE_MS) };
  }
  if (error instanceof JobNameError) return { kind: 'rejected', failure: error.failure };
  if (error instanceof SecretNotFoundError) {
    return { kind: 'rejected', failure: failure('configuration', error.code, error.message) };
  }
  if (!(error instanceof AppError)) throw error;
  if (error.retryable || error instanceof DatabricksProtocolError) {
    await noteFailing(app, record);
    return { kind: 'unavailable', sent: record.sentAttempt === record.attempt };
  }
  return { kind: 'rejected', failure: rejection(error) };
}

function rejection(
  error: AppError & { errorCode?: string | undefined; databricksMessage?: string | undefined },
): Failure {
  const failureClass = error instanceof DatabricksPermissionError ? 'permission' : 'configuration';
  return failure(failureClass, error.errorCode ?? error.code, error.databricksMessage ?? error.message);
}

/** Notes that Databricks (or the vault) cannot be reached; after a minute the run says so. */
async function noteFailing(app: App, record: RunRecord): Promise<void> {
  const nowMs = app.now();
  const failingSinceMs = record.failingSinceMs ?? nowMs;
  const unreachableSinceMs = nowMs - failingSinceMs >= UNREACHABLE_AFTER_MS ? failingSinceMs : null;
  await app.ledger.write({ ...record, status: 'submitting', ticket: null, failingSinceMs, unreachableSinceMs });
}

/** How long failures are borne before a run is called unreachable. */
export const UNREACHABLE_AFTER_MS = 60_000;
