import type { AppContext } from '../../context.ts';
import { allWaiting, type AdmissionState } from '../../domain/admission.ts';
import { allowsOneMore, type CallerLimits } from '../../domain/caller-limits.ts';
import { drawnWithinHour, issued, queueOfCaller } from '../../domain/caller-queues.ts';
import { waiting } from '../../domain/ticket-queue.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { CallerLimitError, QueueFullError } from './run-errors.ts';

/** A run that is to wait before a workspace, and whose it is, by the key of its caller. */
export interface Waiting {
  workspace: string;
  caller: string;
}

/** A place in the queue that was taken at a time, epoch ms, for a run that has no ticket yet. */
export interface PlaceInQueue extends Waiting {
  takenAtMs: number;
}

const QUEUED_AGAIN_MS = 30_000;

/**
 * Takes a place in the queue of a workspace, where there is one, and where the limits of the caller allow it. The gate
 * is read once a second at most; what this process has accepted since counts, what others have does not.
 * @throws {QueueFullError}
 * @throws {CallerLimitError}
 * @throws {EngineUnavailableError}
 */
export async function takePlace(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { workspace, caller, limits }: Waiting & { limits: CallerLimits },
): Promise<PlaceInQueue> {
  const { queueMax } = context.config.runs;
  const depthOf = (state: AdmissionState | undefined) =>
    (state === undefined ? 0 : allWaiting(state)) +
    context.pendingAdmissions.count(workspace, state === undefined ? 0 : issued(state), context.now());
  const admission = await context.recentAdmissions.get(
    workspace,
    () => orchestrations.admission(workspace),
    (state) => depthOf(state) < queueMax && isFarBelow(limits, heldBy(context, state, { workspace, caller })),
  );
  const takenAtMs = context.now();
  const depth = depthOf(admission);
  context.telemetry.measure('gateway.queue.depth', depth, { workspace });
  if (depth >= queueMax) throw new QueueFullError(depth, workspace);
  checkLimits(context, admission, { workspace, caller, limits });
  const place = { workspace, caller, takenAtMs };
  keepPlace(context, place);
  return place;
}

/** Counts a place from now on, until its run has a ticket. */
export function keepPlace(context: AppContext, { workspace, caller, takenAtMs }: PlaceInQueue): void {
  context.pendingAdmissions.add(workspace, takenAtMs);
  context.pendingAdmissions.add(ofCaller(workspace, caller), takenAtMs);
}

/** Gives a place back whose run was not accepted after all. */
export function givePlaceBack(context: AppContext, { workspace, caller, takenAtMs }: PlaceInQueue): void {
  context.pendingAdmissions.remove(workspace, takenAtMs);
  context.pendingAdmissions.remove(ofCaller(workspace, caller), takenAtMs);
}

/** @throws {CallerLimitError} */
function checkLimits(
  context: AppContext,
  admission: AdmissionState | undefined,
  { limits, ...waits }: Waiting & { limits: CallerLimits },
): void {
  const { queued, accepted, untilMs } = heldBy(context, admission, waits);
  if (!allowsOneMore(limits.queued, queued)) throw new CallerLimitError('queued', QUEUED_AGAIN_MS);
  if (!allowsOneMore(limits.runsPerHour, accepted))
    throw new CallerLimitError('runs_per_hour', Math.max(untilMs - context.now(), QUEUED_AGAIN_MS));
}

/**
 * What a caller has of a workspace: runs that wait, and those of the last hour, and until when the first of these
 * counts.
 */
function heldBy(context: AppContext, admission: AdmissionState | undefined, { workspace, caller }: Waiting) {
  const nowMs = context.now();
  const queue = admission === undefined ? undefined : queueOfCaller(admission, caller);
  const pending = context.pendingAdmissions.count(ofCaller(workspace, caller), queue?.issued ?? 0, nowMs);
  if (queue === undefined) return { queued: pending, accepted: pending, untilMs: nowMs };
  const { count, untilMs } = drawnWithinHour(queue, nowMs);
  return { queued: pending + waiting(queue), accepted: pending + count, untilMs };
}

/** Where a caller has less than half of what it may have, an older state of the gate will do. */
function isFarBelow(limits: CallerLimits, { queued, accepted }: { queued: number; accepted: number }): boolean {
  return 2 * queued < (limits.queued ?? Infinity) && 2 * accepted < (limits.runsPerHour ?? Infinity);
}

function ofCaller(workspace: string, caller: string): string {
  return `${workspace} ${caller}`;
}
