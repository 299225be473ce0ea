/** `state.life_cycle_state` of the Jobs API. */
type LifeCycleState =
  | 'QUEUED'
  | 'PENDING'
  | 'RUNNING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'SKIPPED'
  | 'INTERNAL_ERROR'
  | 'BLOCKED'
  | 'WAITING_FOR_RETRY';

/** `state.result_state`; open, as Databricks adds to it. */
export type ResultState = string;

/** `status.termination_details`. */
export interface TerminationDetails {
  code: string;
  type: 'SUCCESS' | 'INTERNAL_ERROR' | 'CLIENT_ERROR' | 'CLOUD_FAILURE';
  message: string;
}

/** Where a run or a task run stands; both of the API's forms, `state` and `status`, are made from it. */
export interface State {
  lifeCycle: LifeCycleState;
  result?: ResultState;
  message: string;
  termination?: TerminationDetails;
  cancelledOrTimedOut: boolean;
  /** The life cycle that follows TERMINATING. */
  endsAs?: Outcome['lifeCycle'];
  /** When it follows; emulated, unset while that is not known. */
  endsAt?: number;
  queueCode?: 'ACTIVE_RUNS_LIMIT_REACHED' | 'MAX_CONCURRENT_RUNS_REACHED';
}

/** How a run or a task run ends. */
export type Outcome = Pick<State, 'message' | 'cancelledOrTimedOut'> & {
  result: ResultState;
  lifeCycle: 'TERMINATED' | 'SKIPPED' | 'INTERNAL_ERROR';
  termination: TerminationDetails;
};

const WORKLOAD_FAILED = 'Workload failed, see run output for details';

/** The end of what succeeded. */
export const succeeded: Outcome = outcome('SUCCESS', '', 'SUCCESS', 'SUCCESS');
/** The end of what failed by its own code. */
export const userCodeFailed: Outcome = outcome('FAILED', WORKLOAD_FAILED, 'RUN_EXECUTION_ERROR', 'CLIENT_ERROR');
/** The end of what was canceled. */
export const canceled: Outcome = {
  ...outcome('CANCELED', 'Run cancelled.', 'USER_CANCELED', 'CLIENT_ERROR'),
  cancelledOrTimedOut: true,
};
/** The end of what ran longer than it may. */
export const timedOut: Outcome = {
  ...outcome('TIMEDOUT', 'Run timed out.', 'CANCELED', 'CLIENT_ERROR'),
  cancelledOrTimedOut: true,
};

/** A run of a job that has as many as it may, and does not queue. */
export const concurrencyExceeded: Outcome = {
  ...outcome(
    'MAXIMUM_CONCURRENT_RUNS_REACHED',
    'Run skipped due to reaching the maximum number of concurrent runs.',
    'MAX_CONCURRENT_RUNS_EXCEEDED',
    'CLIENT_ERROR',
  ),
  lifeCycle: 'SKIPPED',
};

/** An outcome in which the task never got to run its code: INTERNAL_ERROR / FAILED. */
export function failedBeforeStart(code: string, message: string): Outcome {
  return { ...outcome('FAILED', message, code, 'CLIENT_ERROR'), lifeCycle: 'INTERNAL_ERROR' };
}

/** An outcome of TERMINATED life cycle. */
export function outcome(result: ResultState, message: string, code: string, type: TerminationDetails['type']): Outcome {
  return {
    lifeCycle: 'TERMINATED',
    result,
    message,
    termination: { code, type, message },
    cancelledOrTimedOut: false,
  };
}

/** The state of what ends so in a moment. */
export function terminating(how: Outcome, endsAt?: number): State {
  return { ...how, lifeCycle: 'TERMINATING', endsAs: how.lifeCycle, ...(endsAt === undefined ? {} : { endsAt }) };
}

/** How what is TERMINATING ends; undefined for what is not. */
export function endOf({ endsAs, result, message, termination, cancelledOrTimedOut }: State): Outcome | undefined {
  if (endsAs === undefined || result === undefined || termination === undefined) return undefined;
  return { lifeCycle: endsAs, result, message, termination, cancelledOrTimedOut };
}

/** Whether a state is an end. */
export function isTerminal({ lifeCycle }: State): boolean {
  return lifeCycle === 'TERMINATED' || lifeCycle === 'SKIPPED' || lifeCycle === 'INTERNAL_ERROR';
}

const STATUS_STATES: Record<LifeCycleState, string> = {
  QUEUED: 'QUEUED',
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  TERMINATING: 'TERMINATING',
  TERMINATED: 'TERMINATED',
  SKIPPED: 'TERMINATED',
  INTERNAL_ERROR: 'TERMINATED',
  BLOCKED: 'BLOCKED',
  WAITING_FOR_RETRY: 'WAITING',
};

const QUEUE_MESSAGES = {
  ACTIVE_RUNS_LIMIT_REACHED: 'Queued due to reaching the active runs limit of the workspace.',
  MAX_CONCURRENT_RUNS_REACHED: 'Queued due to reaching maximum concurrent runs of the job.',
};

/** The API's two forms of a state: the deprecated `state` and the current `status`. */
export function stateJson(state: State): { state: object; status: object } {
  const { lifeCycle, result, message, termination, cancelledOrTimedOut, queueCode } = state;
  const queueReason = queueCode !== undefined && lifeCycle === 'QUEUED' ? QUEUE_MESSAGES[queueCode] : undefined;
  return {
    state: {
      life_cycle_state: lifeCycle,
      ...(isTerminal(state) && result !== undefined ? { result_state: result } : {}),
      state_message: message,
      user_cancelled_or_timedout: cancelledOrTimedOut,
      ...(queueReason ? { queue_reason: queueReason } : {}),
    },
    status: {
      state: STATUS_STATES[lifeCycle],
      ...(termination !== undefined && (lifeCycle === 'TERMINATING' || isTerminal(state))
        ? { termination_details: termination }
        : {}),
      ...(queueReason ? { queue_details: { code: queueCode, message: queueReason } } : {}),
    },
  };
}
