import type { RunRecord } from '../../domain/run-record.ts';

const NOTHING_SEEN = { stateMessage: '', tasks: [], tasksReadAtMs: null, startedAtMs: null, completedAtMs: null };

/** What a row has to forget of the last attempt's run once it describes another attempt. */
export function withoutEarlierRun({ runId, earlierRunIds }: RunRecord): Partial<RunRecord> {
  return {
    ...NOTHING_SEEN,
    runId: null,
    earlierRunIds: runId === null ? earlierRunIds : [...earlierRunIds, runId],
    runPageUrl: null,
  };
}

/**
 * What a row has to forget where its attempt ended before Databricks had it: nothing of the last attempt is true of
 * this one. A repair is of the same Databricks run, which may be repaired again.
 */
export function withoutUnsubmitted(record: RunRecord): Partial<RunRecord> {
  if (record.submittedAtMs !== null) return {};
  return record.repair === null ? withoutEarlierRun(record) : NOTHING_SEEN;
}
