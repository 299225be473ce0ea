import type { AppContext } from '../../context.ts';
import type { CreationSlot } from '../../domain/admission.ts';
import type { RunAttempt, RunRecord, RunSuccessor } from '../../domain/run-record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { SubmitResult, SubmittedResult } from '../../workflow/activities.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { submitRun } from '../submit/submit-run.ts';
import { isActiveAttempt } from '../record/update-run.ts';

/** Whoever does this has other runs to look after; the run's own orchestration goes on from there. */
const SUBMIT_TIMEOUT_MS = 5_000;

/** A request that is not sent by then is left to the orchestration, epoch ms after now. */
const SUBMIT_WITHIN_MS = 3_000;

/** A slot that begins so soon is waited for. */
const SOON_MS = 1_000;

/** A run that was let through, with its slot. */
interface Admitted {
  run: RunAttempt;
  ticket: number;
  slot: CreationSlot;
}

/**
 * Submits the run that has taken over the places of another, and notifies its orchestration. All of it may be repeated.
 * @throws EngineUnavailableError, StorageUnavailableError
 */
export async function startSuccessor(
  context: AppContext,
  orchestrations: RunOrchestrations,
  successor: RunSuccessor,
): Promise<void> {
  // The gate has kept a creation for it, which has no slot.
  const slot = { atMs: 0, notAfterMs: context.now() + SUBMIT_WITHIN_MS };
  await start(context, orchestrations, { ...successor, slot }, ({ status }) => status === 'submitting');
}

/**
 * Submits a run that the gate has let through, and notifies its orchestration, which would have to be started for that,
 * and may be dead. All of it may be repeated.
 * @throws EngineUnavailableError, StorageUnavailableError
 */
export async function startAdmitted(
  context: AppContext,
  orchestrations: RunOrchestrations,
  admitted: Admitted,
): Promise<void> {
  const { run, ticket, slot } = admitted;
  const stored = await context.ledger.get(run);
  // Whoever has seen it take over a place starts it.
  if (stored?.record.successorAttempt === run.attempt) return;
  const waitMs = slot.atMs - context.now();
  if (waitMs > 0 && waitMs <= SOON_MS) await context.sleep(waitMs);
  const isDue = slot.atMs <= context.now();
  await start(
    context,
    orchestrations,
    admitted,
    (record) => isDue && record.status === 'queued' && record.ticket === ticket,
  );
}

async function start(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { run, ticket, slot }: Admitted,
  isToBeSubmitted: (record: RunRecord) => boolean,
): Promise<void> {
  const stored = await context.ledger.get(run);
  if (stored === undefined || !isActiveAttempt(stored.record, run.attempt)) return;
  const { record } = stored;
  const isDue = record.submittedAtMs === null && isToBeSubmitted(record);
  const submitted = isDue ? await submit(context, orchestrations, stored, slot) : undefined;
  const isSuccessor = record.successorAttempt === run.attempt;
  await orchestrations.wake(record.instanceId, {
    reason: 'admitted',
    ticket,
    slot,
    ...(isSuccessor ? { successor: true } : {}),
    ...(submitted === undefined ? {} : { submitted }),
  });
}

/** Undefined where the orchestration is to go on itself: it finds out what has become of the request. */
async function submit(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { record }: StoredRun,
  { notAfterMs }: CreationSlot,
): Promise<SubmittedResult | undefined> {
  const { id, createdAtMs, attempt, deadlineAtMs } = record;
  const isOverdue = deadlineAtMs !== null && deadlineAtMs <= context.now();
  const input = { key: { id, createdAtMs }, attempt, notAfterMs, isOverdue, isEarly: false };
  let result: SubmitResult;
  try {
    result = await submitRun(context, input, orchestrations, { timeoutMs: SUBMIT_TIMEOUT_MS, isAwaited: true });
  } catch (error) {
    // Another execution was faster, most likely, or storage is away.
    context.log.warn('successor.submit_failed', { run: id, error });
    return undefined;
  }
  return result.kind === 'submitted' ? result : undefined;
}
