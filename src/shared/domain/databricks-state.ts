import { isTimeout, type TerminationWords } from './failure.ts';
import type { Outcome, RunStatus } from './outcome.ts';

/** What the gateway reads of a Databricks `Run` or `RunTask`; enum values stay open. */
export interface DatabricksState {
  status?:
    | {
        state?: string | undefined;
        termination_details?:
          | { code?: string | undefined; type?: string | undefined; message?: string | undefined }
          | undefined;
      }
    | undefined;
  state?:
    | {
        life_cycle_state?: string | undefined;
        result_state?: string | undefined;
        state_message?: string | undefined;
      }
    | undefined;
}

/**
 * Whether a run or a task has ended. `status.state` wins where present; the deprecated `life_cycle_state` says INTERNAL_ERROR for ordinary failures.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
export function hasEnded(state: DatabricksState): boolean {
  if (state.status?.state !== undefined) return state.status.state === 'TERMINATED';
  return ENDED_LIFE_CYCLES.has(state.state?.life_cycle_state ?? '');
}

const ENDED_LIFE_CYCLES: ReadonlySet<string> = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

/** How far a run or a task is that has not ended. */
export function activeStatus(state: DatabricksState): RunStatus {
  const word = state.status?.state ?? state.state?.life_cycle_state;
  return word === 'RUNNING' || word === 'TERMINATING' ? 'running' : 'pending';
}

const OUTCOME_OF_RESULT_STATE: Readonly<Record<string, Outcome>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  FAILED: 'failed',
  TIMEDOUT: 'timed_out',
  CANCELED: 'canceled',
  UPSTREAM_FAILED: 'skipped',
  UPSTREAM_CANCELED: 'skipped',
  EXCLUDED: 'skipped',
  DISABLED: 'skipped',
  MAXIMUM_CONCURRENT_RUNS_REACHED: 'skipped',
};

const OUTCOME_OF_TERMINATION_CODE: Readonly<Record<string, Outcome>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  USER_CANCELED: 'canceled',
  CANCELED: 'canceled',
  SKIPPED: 'skipped',
  DISABLED: 'skipped',
  MAX_CONCURRENT_RUNS_EXCEEDED: 'skipped',
  MAX_JOB_QUEUE_SIZE_EXCEEDED: 'skipped',
};

/** How a run or a task ended. */
export function outcomeOf(state: DatabricksState): Outcome {
  const result = state.state?.result_state ?? '';
  const code = state.status?.termination_details?.code ?? '';
  if (isTimeout(terminationWords(state))) return 'timed_out';
  if (Object.hasOwn(OUTCOME_OF_RESULT_STATE, result)) return OUTCOME_OF_RESULT_STATE[result] ?? 'failed';
  if (Object.hasOwn(OUTCOME_OF_TERMINATION_CODE, code)) return OUTCOME_OF_TERMINATION_CODE[code] ?? 'failed';
  return state.state?.life_cycle_state === 'SKIPPED' ? 'skipped' : 'failed';
}

/** What Databricks says of how something ended. */
export function terminationWords(state: DatabricksState): TerminationWords {
  return {
    code: state.status?.termination_details?.code,
    type: state.status?.termination_details?.type,
    resultState: state.state?.result_state,
    lifeCycleState: state.state?.life_cycle_state,
  };
}

/** A time of Databricks, epoch ms, or a duration; null for 0, which stands for none. */
export function positive(epochMs: number | undefined): number | null {
  return epochMs !== undefined && epochMs > 0 ? epochMs : null;
}
