import type { AppContext } from '../../context.ts';
import { REACHED } from '../../domain/reachability.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { Activities } from '../../workflow/activities.ts';
import { announceChange } from '../record/announce-change.ts';
import { updateRun } from '../record/update-run.ts';
import { callAdmitted } from '../admission/call-admitted.ts';
import { currentRun } from '../record/current-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { recordAttempt } from './record-end.ts';
import { repairAgain } from './repair-again.ts';

type Step = Activities['begin-attempt'];

/**
 * Calls those who may go since the run gave its places back, and queues it again for another attempt, which will be
 * another Databricks run, or another repair where the last attempt was one. What is known of the last one stays until
 * then: its owner may cancel in between.
 */
export async function beginAttempt(
  context: AppContext,
  { key, attempt, calls = [] }: Step['input'],
  orchestrations: RunOrchestrations,
): Promise<Step['output']> {
  await callAdmitted(context, orchestrations, calls);
  // At least once: a second execution finds the attempt begun.
  const stored = await currentRun(context, key);
  let ended: RunRecord | undefined;
  const begun = await updateRun(context, stored, (record) => {
    ended = record;
    return record.attempt < attempt ? nextAttempt(record, attempt, context.now()) : undefined;
  });
  if (begun !== undefined && ended !== undefined) recordAttempt(context, ended);
  if (begun !== undefined) {
    context.log.info('attempt.begun', { run: key.id, workspace: begun.request.workspace, attempt });
    await announceChange(context, { ...stored, record: begun }, 'retrying');
  }
  return { kind: 'begun' };
}

function nextAttempt(record: RunRecord, attempt: number, queuedAtMs: number): RunRecord {
  return {
    ...record,
    ...REACHED,
    status: 'queued',
    attempt,
    ticket: null,
    hasNotifications: false,
    repair: record.repair === null ? null : repairAgain(record.repair, record.tasks),
    queuedAtMs,
    sentAtMs: undefined,
    takenAtMs: undefined,
    submittedAtMs: null,
    successor: undefined,
  };
}
