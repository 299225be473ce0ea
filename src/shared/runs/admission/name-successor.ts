import type { AppContext } from '../../context.ts';
import { possibleSuccessors } from '../../domain/possible-successors.ts';
import type { NextInQueue } from '../../domain/next-in-queue.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { callerKey } from '../../admission/caller-key.ts';
import { admissionLimits } from '../../admission/admission-operations.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** Others write these rows seldom, and each for another reason. */
const MAX_TRIES = 3;

/**
 * Writes the end of a run, and in the same transaction which of those that wait takes over its places: the first in the
 * queue, where it needs no more of them. From then on these places are not free, and that run is to be submitted.
 * Returns the row as written; undefined, and nothing is written, where no run can take over, or the row of the run that
 * has ended was written meanwhile.
 */
export async function nameSuccessor(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { record, etag }: StoredRun,
): Promise<RunRecord | undefined> {
  const { workspace, taskCount: places } = record.request;
  const limits = admissionLimits(context.config, workspace);
  const caller = callerKey(record.submittedBy);
  try {
    const state = await context.recentAdmissions.get(
      workspace,
      () => orchestrations.admission(workspace),
      () => false,
    );
    if (state === undefined) return undefined;
    for (const next of possibleSuccessors(state, limits, { caller, nowMs: context.now() })) {
      if (next.places > places) return undefined;
      if (!context.recentSuccessors.take(workspace, next.ticket)) continue;
      let written: RunRecord | 'next' | undefined;
      try {
        written = await nameThis(context, { record, etag }, next);
      } finally {
        // Where storage is away, too: whoever is passed over here is passed by all behind it, one place after the other.
        if (written === undefined) context.recentSuccessors.giveBack(workspace, next.ticket);
      }
      if (written !== 'next') return written;
    }
  } catch (error) {
    // Without it the places go back to the gate, which calls the next.
    if (!(error instanceof AppError)) throw error;
    context.log.warn('successor.not_named', { run: record.id, error });
  }
  return undefined;
}

/** `next`: this run waits no longer. */
async function nameThis(
  context: AppContext,
  { record, etag }: Pick<StoredRun, 'record' | 'etag'>,
  { run, ticket, places }: NextInQueue,
): Promise<RunRecord | 'next' | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const waiting = await context.ledger.get(run);
    if (waiting === undefined || !isWaiting(waiting, run.attempt, context.now())) return 'next';
    // Its row does not say yet that it waits, or it is under another ticket.
    if (waiting.record.ticket !== ticket) return waiting.record.ticket === null ? undefined : 'next';
    const ended: RunRecord = { ...record, successor: { run, ticket, places } };
    const admitted: RunRecord = {
      ...waiting.record,
      status: 'submitting',
      ticket: null,
      successorAttempt: run.attempt,
    };
    const isWritten = await context.ledger.writeBoth({ record: ended, etag }, { record: admitted, etag: waiting.etag });
    if (isWritten) return ended;
    if ((await context.ledger.get(record))?.etag !== etag) return undefined;
  }
  return undefined;
}

function isWaiting({ record, cancelRequestedAtMs }: StoredRun, attempt: number, nowMs: number): boolean {
  const isOverdue = record.deadlineAtMs !== null && record.deadlineAtMs <= nowMs;
  return record.status === 'queued' && record.attempt === attempt && cancelRequestedAtMs === null && !isOverdue;
}
