import type { AppContext } from '../../context.ts';
import { isOutage } from '../../databricks/errors.ts';
import { REACHED } from '../../domain/reachability.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import { inLogScope } from '../../telemetry/log-scope.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { Activities, SubmitResult } from '../../workflow/activities.ts';
import { announceChange } from '../record/announce-change.ts';
import { isActiveAttempt, updateStoredRun } from '../record/update-run.ts';
import { watchRun } from '../record/watch-run.ts';
import { currentRun } from '../record/current-run.ts';
import { withoutEarlierRun } from '../record/earlier-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { failedSubmit, type Refused, type Situation } from './failed-submit.ts';
import { prepareSubmit, type HandedOver } from './prepare-submit.ts';

type Step = Activities['submit-run'];

/** `timeoutMs`: how long one request may take, as long as an activity has time without. */
interface SubmitOptions {
  timeoutMs?: number;
  /** Others wait for the place of the run. */
  isAwaited?: boolean;
}

/**
 * Submits the run to Databricks, or says why it could not. The row says whether a request of this attempt may be there
 * already: then only its response to the same request can show it, and neither a cancellation nor the deadline ends the
 * run before. Throws nothing that a later try would not mend.
 */
export async function submitRun(
  context: AppContext,
  input: Step['input'],
  orchestrations: RunOrchestrations,
  { isAwaited = false, ...call }: SubmitOptions = {},
): Promise<SubmitResult> {
  const result = await inLogScope({ run: input.key.id }, () => handOver(context, input, call));
  if (result.kind !== 'submitted') return result;
  const { workspace, workKey, runId, submittedAtMs, estimate } = result;
  const run = { workspace, key: input.key, runId, submittedAtMs, estimate, workKey, isNotified: false, isAwaited };
  return { kind: 'submitted', runId, submittedAtMs, estimate, watched: await watchRun(context, orchestrations, run) };
}

/** What is known of a run that Databricks has taken. */
interface Submitted extends Pick<
  SubmitResult & { kind: 'submitted' },
  'kind' | 'runId' | 'submittedAtMs' | 'estimate'
> {
  workspace: string;
  workKey: string;
}

async function handOver(context: AppContext, input: Step['input'], call: SubmitOptions): Promise<Submitted | Refused> {
  const { key, attempt } = input;
  const stored = await currentRun(context, key);
  const { record } = stored;
  const mayBeSent = record.sentAttempt === attempt;
  if (!mayBeSent && stored.cancelRequestedAtMs !== null) return { kind: 'canceled' };
  if (!mayBeSent && input.isOverdue) return { kind: 'overdue' };
  if (record.submittedAtMs !== null && record.attempt === attempt) return resumed(context, record);
  if (input.isEarly) return { kind: 'early' };
  const situation: Situation = { begunAtMs: context.now(), mayBeSent, send: null };
  try {
    const request = () => requestRun(context, input, call, { stored, situation });
    const passed = await context.outages.run(record.request.workspace, request, isOutage);
    if (passed.kind === 'busy') return { kind: 'unavailable', notBeforeMs: context.now() + passed.againMs };
    return passed.result;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return await failedSubmit(context, input, error, situation);
  }
}

/** Sends the request and writes what came of it; what is known of it meanwhile is in `situation`. */
async function requestRun(
  context: AppContext,
  input: Step['input'],
  call: SubmitOptions,
  { stored, situation }: { stored: StoredRun; situation: Situation },
): Promise<Submitted | Refused> {
  const { attempt, notAfterMs } = input;
  const { record } = stored;
  const { mayBeSent } = situation;
  const workspace = context.workspace(record.request.workspace);
  const { noted, send } = await prepareSubmit(
    context,
    workspace,
    { ...record, attempt },
    { ...call, mayBeSent, notAfterMs },
  );
  if (context.now() > notAfterMs) return { kind: 'late' };
  const marked = await updateOrFail(context, stored, attempt, (current) => {
    // Another execution of this step is sending its own request: what was prepared here knows nothing of that one.
    if (!mayBeSent && current.sentAttempt === attempt) return undefined;
    const sends = (current.sends ?? 0) + 1;
    const sentAtMs = current.sentAtMs ?? context.now();
    return { ...current, ...noted, status: 'submitting', ticket: null, sentAttempt: attempt, sends, sentAtMs };
  });
  if (record.sentAtMs === undefined) {
    const waitedMs = (marked.record.sentAtMs ?? 0) - (record.queuedAtMs ?? record.createdAtMs);
    context.telemetry.measure('gateway.queue.wait', waitedMs / 1_000, { workspace: workspace.name });
  }
  situation.send = marked.record.sends ?? 0;
  const submittedAtMs = context.now();
  return bind(context, marked, submittedAtMs, await send());
}

/**
 * Writes what is new, and fails where the row has moved on: then this is a late repetition, whose response nobody
 * reads, or one of two executions at the same time, and the step is taken again.
 */
async function updateOrFail(
  context: AppContext,
  stored: StoredRun,
  attempt: number,
  change: (record: RunRecord) => RunRecord | undefined,
): Promise<StoredRun> {
  const written = await updateStoredRun(context, stored, (record) =>
    isActiveAttempt(record, attempt) && record.submittedAtMs === null ? change(record) : undefined,
  );
  if (written === undefined)
    throw new Error(`Attempt ${attempt} of the run ${stored.record.id} is submitted by another execution.`);
  return written;
}

async function bind(
  context: AppContext,
  marked: StoredRun,
  submittedAtMs: number,
  { runId, repairId }: HandedOver,
): Promise<Submitted> {
  const { id, createdAtMs, attempt, request } = marked.record;
  const { workspace, workKey } = request;
  // First the pointer: the notification of a run that has started already looks for it.
  await context.ledger.point(workspace, runId, { id, createdAtMs });
  const bound = await updateOrFail(context, marked, attempt, (record) => ({
    ...record,
    ...REACHED,
    ...(record.runId === runId ? { startedAtMs: null, completedAtMs: null } : withoutEarlierRun(record)),
    status: 'pending',
    runId,
    latestRepairId: repairId ?? record.latestRepairId,
    submittedAtMs,
    takenAtMs: context.now(),
    hasNotifications: false,
    observedAtMs: submittedAtMs,
  }));
  const { traceId: trace } = marked.record;
  context.log.info('run.submitted', { run: id, workspace, trace, attempt, databricks_run: runId });
  await announceChange(context, bound, 'submitted');
  return {
    kind: 'submitted',
    workspace,
    workKey,
    runId,
    submittedAtMs,
    estimate: await estimateOf(context, workspace, workKey),
  };
}

/** The activity ran before and its response was lost: the run is there. */
async function resumed(context: AppContext, record: RunRecord): Promise<Submitted> {
  return {
    kind: 'submitted',
    workspace: record.request.workspace,
    workKey: record.request.workKey,
    runId: record.runId ?? '',
    submittedAtMs: record.submittedAtMs ?? context.now(),
    estimate: await estimateOf(context, record.request.workspace, record.request.workKey),
  };
}

async function estimateOf(context: AppContext, workspace: string, workKey: string) {
  // Only the pace of the polls hangs on it.
  return (await context.durations.estimate(workspace, workKey).catch(() => undefined)) ?? null;
}
