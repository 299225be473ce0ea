import { likelyAheadInTurns } from '../../domain/caller-queues.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { AdmissionState } from '../../domain/admission.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** 1 for the run that is let through next; null for a run that does not wait for admission. */
export async function queuePosition(orchestrations: RunOrchestrations, record: RunRecord): Promise<number | null> {
  if (record.ticket === null || record.status !== 'queued') return null;
  const state = await orchestrations.admission(record.request.workspace);
  return state === undefined ? null : likelyAheadInTurns(state, record.ticket) + 1;
}

/** The engine for one response about many runs: the admission of a workspace is read at most once. */
export function readingAdmissionOnce(orchestrations: RunOrchestrations): RunOrchestrations {
  const reads = new Map<string, Promise<AdmissionState | undefined>>();
  return {
    ...orchestrations,
    admission(workspace) {
      const read = reads.get(workspace) ?? orchestrations.admission(workspace);
      reads.set(workspace, read);
      return read;
    },
  };
}
