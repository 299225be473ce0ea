import { setTimeout as sleep } from 'node:timers/promises';
import type { AppContext } from '../../context.ts';
import type { RunNotification } from '../../domain/run-notification.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { followStored } from './follow-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { updateRun } from '../record/update-run.ts';
import { watchRun } from '../record/watch-run.ts';

/** The notification of a start may be here before the response to the submit has been written. */
const LOOK_AGAIN_AFTER_MS = [250, 1_000, 2_000];

/**
 * Has a Databricks run read that a notification is of: by its orchestration where it has ended, and by the watcher
 * otherwise. A run that is not the gateway's is ignored.
 */
export async function handleRunNotification(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspaces: readonly string[],
  { runId, isEnd }: RunNotification,
): Promise<void> {
  for (const waitMs of [0, ...LOOK_AGAIN_AFTER_MS]) {
    if (waitMs > 0) await sleep(waitMs);
    const found = await Promise.all(
      workspaces.map((workspace) => context.ledger.findByDatabricksRun(workspace, runId)),
    );
    for (const stored of found) {
      if (stored === undefined || stored.record.status === 'completed') continue;
      if (isEnd) await readEnd(context, orchestrations, stored, runId);
      else await watchNotified(context, orchestrations, stored);
    }
    if (found.some((stored) => stored !== undefined)) return;
  }
}

/** The end is read here, so that the orchestration has it in one step; where it cannot be read yet, it reads by itself. */
async function readEnd(
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
  runId: string,
): Promise<void> {
  const { instanceId, runId: followed, submittedAtMs, attempt } = stored.record;
  const isFollowed = followed === runId && submittedAtMs !== null;
  const result = isFollowed ? await followStored(context, stored, runId, { isNotified: true }) : undefined;
  const isRead = result?.kind === 'ended';
  await orchestrations.wake(instanceId, isRead ? { reason: 'read', runId, attempt, result } : { reason: 'ended' });
}

/** The notification of a start comes a little before the run can be seen running. */
async function watchNotified(context: AppContext, orchestrations: RunOrchestrations, stored: StoredRun): Promise<void> {
  const { id, createdAtMs, runId, submittedAtMs, request } = stored.record;
  // Until then it is not followed, and its submit has it watched.
  if (runId === null || submittedAtMs === null) return;
  const estimate =
    (await context.durations.estimate(request.workspace, request.workKey).catch(() => undefined)) ?? null;
  const run = {
    workspace: request.workspace,
    key: { id, createdAtMs },
    runId,
    submittedAtMs,
    estimate,
    workKey: request.workKey,
  };
  if (!(await watchRun(context, orchestrations, { ...run, isNotified: true }))) return;
  // From here on it is read as one that is notified of, and no more as it was.
  await updateRun(context, stored, (record) =>
    record.runId === runId ? { ...record, hasNotifications: true } : undefined,
  );
}
