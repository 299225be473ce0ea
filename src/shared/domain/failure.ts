/** Whose trouble a failure is; decides what may be retried. */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** What kinds of failures there are. */
export const FAILURE_CLASSES = [
  'user_code',
  'configuration',
  'capacity',
  'platform',
  'timeout',
  'canceled',
  'permission',
] as const;

/** Why a run did not succeed. `code` is Databricks' own word where it gave one; `message` is for people. */
export interface Failure {
  class: FailureClass;
  code: string;
  message: string;
  /** Whether the same run may succeed when it is tried again without a change. */
  retryable: boolean;
}

/**
 * Every documented `status.termination_details.code` of the Jobs API 2.2 (`TerminationCodeCode`) but the successes.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
const CLASS_OF_TERMINATION_CODE: Readonly<Record<string, FailureClass>> = {
  USER_CANCELED: 'canceled',
  CANCELED: 'canceled',
  SKIPPED: 'user_code',
  INTERNAL_ERROR: 'platform',
  DRIVER_ERROR: 'platform',
  CLUSTER_ERROR: 'platform',
  REPOSITORY_CHECKOUT_FAILED: 'configuration',
  INVALID_CLUSTER_REQUEST: 'configuration',
  WORKSPACE_RUN_LIMIT_EXCEEDED: 'capacity',
  FEATURE_DISABLED: 'configuration',
  CLUSTER_REQUEST_LIMIT_EXCEEDED: 'capacity',
  STORAGE_ACCESS_ERROR: 'permission',
  RUN_EXECUTION_ERROR: 'user_code',
  UNAUTHORIZED_ERROR: 'permission',
  LIBRARY_INSTALLATION_ERROR: 'configuration',
  MAX_CONCURRENT_RUNS_EXCEEDED: 'capacity',
  MAX_SPARK_CONTEXTS_EXCEEDED: 'capacity',
  RESOURCE_NOT_FOUND: 'configuration',
  INVALID_RUN_CONFIGURATION: 'configuration',
  CLOUD_FAILURE: 'platform',
  MAX_JOB_QUEUE_SIZE_EXCEEDED: 'capacity',
  DISABLED: 'configuration',
  BREAKING_CHANGE: 'configuration',
  CLUSTER_TERMINATED_BY_USER: 'canceled',
  BUDGET_POLICY_LIMIT_EXCEEDED: 'configuration',
};

/** What `termination_details.type` says where the code is unknown yet. */
const CLASS_OF_TERMINATION_TYPE: Readonly<Record<string, FailureClass>> = {
  INTERNAL_ERROR: 'platform',
  CLOUD_FAILURE: 'platform',
  CLIENT_ERROR: 'user_code',
};

/** The deprecated `state.result_state`, for responses without `status`. */
const CLASS_OF_RESULT_STATE: Readonly<Record<string, FailureClass>> = {
  FAILED: 'user_code',
  TIMEDOUT: 'timeout',
  CANCELED: 'canceled',
  MAXIMUM_CONCURRENT_RUNS_REACHED: 'capacity',
  UPSTREAM_FAILED: 'user_code',
  UPSTREAM_CANCELED: 'canceled',
  EXCLUDED: 'configuration',
  DISABLED: 'configuration',
};

/**
 * A failure of class `timeout` stays the same when tried again; trouble of the platform or a full workspace may pass.
 */
const RETRYABLE: ReadonlySet<FailureClass> = new Set(['platform', 'capacity']);

/** How Databricks says why a run ended. */
export interface TerminationWords {
  code?: string | undefined;
  type?: string | undefined;
  resultState?: string | undefined;
  lifeCycleState?: string | undefined;
}

/**
 * Whether a run or task took longer than it may. Its code is CANCELED, "canceled by the platform, for example if the
 * maximum run duration was exceeded"; a user's cancellation is USER_CANCELED, and older responses call both CANCELED
 * and distinguish them by `result_state`.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
export function isTimeout({ code, resultState }: TerminationWords): boolean {
  return resultState === 'TIMEDOUT' || (code === 'CANCELED' && (resultState ?? '') === '');
}

/** The class of an unsuccessful end, from the most precise word that Databricks gave; unknown words are `platform`. */
export function failureClass(words: TerminationWords): FailureClass {
  if (isTimeout(words)) return 'timeout';
  return (
    lookUp(CLASS_OF_TERMINATION_CODE, words.code) ??
    lookUp(CLASS_OF_TERMINATION_TYPE, words.type) ??
    lookUp(CLASS_OF_RESULT_STATE, words.resultState) ??
    'platform'
  );
}

/** Databricks' texts can be whole stack traces; the output of the task has them in full. */
const MAX_MESSAGE_CHARS = 4_000;

/** A message of Databricks, cut where it is too long for rows and notifications. */
export function boundedMessage(message: string): string {
  return message.length <= MAX_MESSAGE_CHARS ? message : `${message.slice(0, MAX_MESSAGE_CHARS)}…`;
}

/** What Databricks says of a task whose code has failed, and of its run. */
const SEE_OUTPUT = /see run output for details/i;

/** Whether Databricks leaves it to the output of a task to say why. */
export function leadsToOutput({ message }: Failure): boolean {
  return SEE_OUTPUT.test(message);
}

/** Builds the failure of a run or task. */
export function failure(failureOf: FailureClass, code: string, message: string): Failure {
  return { class: failureOf, code, message: boundedMessage(message), retryable: RETRYABLE.has(failureOf) };
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, key: string | undefined): Value | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
