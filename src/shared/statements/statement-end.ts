import type { Log } from '../telemetry/log.ts';
import type { ResultFiles } from '../sql/result-files.ts';
import type { StatementExecutionApi } from '../databricks/statement-execution-api.ts';
import { canceled, timedOut } from './statement-failures.ts';
import type { StatementOutcome, StatementRecord, StatementResultFile } from './record/statement-record.ts';
import type { StatementStore } from './record/statement-store.ts';

const GIVE_UP_MS = 60 * 60_000;

/** What the steps of a statement work with. */
export interface StatementStepDependencies {
  readonly store: StatementStore;
  readonly api: (record: StatementRecord) => StatementExecutionApi;
  readonly files: (record: StatementRecord) => ResultFiles;
  readonly now: () => number;
  readonly log: Log;
}

/** How a statement ended. */
export interface StatementEnd {
  outcome: StatementOutcome;
  failure: StatementRecord['failure'];
  result?: StatementResultFile;
}

/** How a statement is to end before its time, where it has been canceled or its deadline has passed. */
export function endDue(
  { cancelRequestedAtMs, deadlineAtMs }: StatementRecord,
  nowMs: number,
): StatementEnd | undefined {
  // An overdue statement is cancelled too, after its deadline.
  if ((cancelRequestedAtMs ?? nowMs) > deadlineAtMs) return { outcome: 'timed_out', failure: timedOut() };
  return cancelRequestedAtMs === null ? undefined : { outcome: 'canceled', failure: canceled() };
}

/** Whether what still fails is to be tried no more: an hour after the deadline. */
export function isGivenUp({ deadlineAtMs }: StatementRecord, nowMs: number): boolean {
  return nowMs > deadlineAtMs + GIVE_UP_MS;
}

/** Writes how a statement ended, unless it had ended before. */
export async function endStatement(
  { store, now }: StatementStepDependencies,
  id: string,
  end: StatementEnd,
): Promise<{ next: 'done' }> {
  await store.update(id, ({ status }) =>
    status === 'completed' ? undefined : { ...end, status: 'completed', completedAtMs: now() },
  );
  return { next: 'done' };
}
