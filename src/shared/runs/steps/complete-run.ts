import type { AppContext } from '../../context.ts';
import { withDeliveriesOf } from '../../domain/delivery-state.ts';
import { boundedMessage, leadsToOutput, type Failure } from '../../domain/failure.ts';
import { isSuccess } from '../../domain/outcome.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { Activities } from '../../workflow/activities.ts';
import { isActiveAttempt } from '../record/update-run.ts';
import { callerKey } from '../../admission/caller-key.ts';
import { currentRun } from '../record/current-run.ts';
import { recordEnd } from './record-end.ts';
import { withoutUnsubmitted } from '../record/earlier-run.ts';
import { callAdmitted } from '../admission/call-admitted.ts';
import { newDeliveries } from './new-deliveries.ts';
import { dueDeliveries, tryToNotify } from './notify-end.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import type { NotificationDocument } from '../../domain/run-document.ts';
import { sentDocument } from '../record/announce-change.ts';
import { firstError } from '../results/first-error.ts';
import { keepOutputs } from '../results/task-outputs.ts';

type Step = Activities['complete-run'];

/** Of the first try to notify; a receiver that takes longer is notified outside. */
const FIRST_NOTIFICATION_MS = 3_000;
const FIRST_RETRY_MS = 1_000;

/**
 * Calls those who may go since the run gave its places back, keeps the outputs of all tasks and what is to be notified,
 * closes the run, and makes the first try to notify. A late repetition finds the run closed, or taken up again, and
 * leaves it so.
 */
export async function completeRun(
  context: AppContext,
  input: Step['input'],
  orchestrations: RunOrchestrations,
): Promise<Step['output']> {
  const { key, attempt, end, unsent, final, calls = [] } = input;
  await callAdmitted(context, orchestrations, calls);
  const stored = await currentRun(context, key);
  // Closed by another execution, which may have ended before its notifications.
  if (!isActiveAttempt(stored.record, attempt))
    return { kind: 'completed', notifyAgainMs: dueDeliveries(stored.record, attempt).length === 0 ? null : 0 };
  if (unsent === true && stored.record.sentAttempt === attempt)
    return { kind: 'sent', hasPlace: stored.record.successorAttempt !== attempt };
  const record = { ...stored.record, ...withoutUnsubmitted(stored.record) };
  if (record.runId !== null && record.tasks.length > 0) {
    const passed = await context.bulkheads.outputs.run(record.request.workspace, () =>
      keepOutputs(context, record, final),
    );
    if (passed.kind === 'busy') return { kind: 'again', againMs: passed.againMs };
    if (passed.result === 'some') return { kind: 'again', againMs: 0 };
    if (passed.result === 'unavailable') return { kind: 'unavailable' };
  }
  const completedAtMs = record.completedAtMs ?? context.now();
  const { outcome } = end;
  const failure = await explained(context, record, end);
  const ended: RunRecord = { ...record, status: 'completed', outcome, failure, ticket: null, completedAtMs };
  const completed = { ...ended, deliveries: withDeliveriesOf(record.deliveries, newDeliveries(context, ended)) };
  const document = await keepEnd(context, { ...stored, record: completed });
  // It was canceled just now, or another execution of this activity was faster: the next try will see.
  if (!(await context.ledger.close(completed, stored.etag, context.now()))) return { kind: 'unavailable' };
  const closedAtMs = context.now();
  const { request, runId, traceId: trace } = record;
  const { workspace } = request;
  const code = failure?.code ?? null;
  const caller = callerKey(record.submittedBy);
  context.log.info('run.completed', { run: record.id, workspace, caller, trace, outcome, code, databricks_run: runId });
  if (isSuccess(outcome)) await recordDuration(context, record, completedAtMs);
  const notifyAgainMs = await notifyFirst(context, completed, document);
  recordEnd(context, completed, closedAtMs);
  return { kind: 'completed', notifyAgainMs };
}

/** With the words of the task that failed, where Databricks' own only lead to them; `state_message` keeps those. */
async function explained(
  context: AppContext,
  record: RunRecord,
  { outcome, failure }: Step['input']['end'],
): Promise<Failure | null> {
  if (outcome !== 'failed' || failure === null || !leadsToOutput(failure)) return failure;
  const error = await firstError(context, record);
  return error === undefined ? failure : { ...failure, message: boundedMessage(error) };
}

/**
 * The row says nothing of this end any more once the run is under repair, while receivers may still have to be
 * notified. Undefined where none is to be.
 */
async function keepEnd(context: AppContext, completed: StoredRun): Promise<NotificationDocument | undefined> {
  const { id, attempt } = completed.record;
  if (!completed.record.deliveries.some((delivery) => delivery.attempt === attempt)) return undefined;
  const document = sentDocument(context, completed);
  await context.archive.writeEnd(id, attempt, JSON.stringify(document));
  return document;
}

/**
 * How long to wait before the next try, in ms; null where no receiver is left. The run is closed, so nothing fails
 * here.
 */
async function notifyFirst(
  context: AppContext,
  record: RunRecord,
  document: NotificationDocument | undefined,
): Promise<number | null> {
  if (document === undefined) return null;
  const { id, attempt } = record;
  const ended = { record, document, due: dueDeliveries(record, attempt) };
  try {
    const result = await tryToNotify(context, ended, { final: false, timeoutMs: FIRST_NOTIFICATION_MS });
    return result.kind === 'notified' ? null : result.kind === 'busy' ? result.againMs : FIRST_RETRY_MS;
  } catch (error) {
    context.log.warn('delivery.not_recorded', { run: id, error });
    return FIRST_RETRY_MS;
  }
}

async function recordDuration(context: AppContext, record: RunRecord, completedAtMs: number): Promise<void> {
  if (record.submittedAtMs === null) return;
  const { workspace, workKey } = record.request;
  // A run whose response was lost was there before its submit succeeded; of a repair, Databricks says when the run began.
  const startedAtMs = record.repair === null ? (record.startedAtMs ?? Infinity) : Infinity;
  const durationMs = completedAtMs - Math.min(record.submittedAtMs, startedAtMs);
  if (durationMs <= 0) return;
  // Only the pace of later polls hangs on it.
  await context.durations.record(workspace, workKey, durationMs).catch((error: unknown) => {
    context.log.warn('duration.not_recorded', {
      run: record.id,
      code: error instanceof AppError ? error.code : 'UNKNOWN',
    });
  });
}
