import type { ProblemCode } from '../error-table.ts';

/** What any request can meet before its function sees it, or whatever its function does. */
export const ANY_REQUEST = [
  'INVALID_PARAMETER',
  'MISDIRECTED_REQUEST',
  'INTERNAL_ERROR',
  'CONFIGURATION_INVALID',
  'DEPENDENCY_UNAVAILABLE',
  'SECRETS_UNAVAILABLE',
  'SECRET_NOT_FOUND',
] as const satisfies readonly ProblemCode[];

/** What a request of a caller can meet before it is known who sends it. */
export const ANY_CALLER = [
  'UNAUTHENTICATED',
  'KEY_NAMES_UNAVAILABLE',
  'SIGNING_KEYS_UNAVAILABLE',
] as const satisfies readonly ProblemCode[];

/** What a request with a body can meet. */
export const ANY_BODY = [
  'INVALID_BODY',
  'INVALID_JSON',
  'JSON_TOO_DEEP',
  'JSON_TOO_LARGE',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const satisfies readonly ProblemCode[];

/** What reading and changing a run takes. */
export const RUN_STORE = ['STORAGE_UNAVAILABLE', 'ENGINE_UNAVAILABLE'] as const satisfies readonly ProblemCode[];

/** What a request for a new run can meet, whatever it is made by. */
export const NEW_RUN = [
  'INVALID_IDEMPOTENCY_KEY',
  'POLICY_REFUSED',
  'IDEMPOTENCY_CONFLICT',
  'CALLBACK_NOT_ALLOWED',
  'EMAIL_NOT_POSSIBLE',
  'UNACCEPTABLE_RUN',
  'UNKNOWN_WORKSPACE',
  'RUN_UNSUCCESSFUL',
  'QUEUE_FULL',
  'CALLER_LIMIT_REACHED',
  ...RUN_STORE,
] as const satisfies readonly ProblemCode[];

/** What a new statement can meet before it is carried out. */
export const NEW_STATEMENT = [
  'POLICY_REFUSED',
  'STATEMENT_NOT_ALLOWED',
  'MULTIPLE_STATEMENTS',
  'NO_WAREHOUSE',
  'STATEMENT_FAILED',
  'STATEMENT_UNREADABLE',
  'UNKNOWN_WORKSPACE',
  'CALLER_LIMIT_REACHED',
  'GUARD_BUSY',
] as const satisfies readonly ProblemCode[];

/** What a statement that is carried out at once can end with. */
export const SQL_PROBLEMS = [
  'NAMESPACE_NOT_SUPPORTED',
  'PARAMETERS_NOT_SUPPORTED',
  'RESULT_NOT_EXACT',
  'RESULT_TOO_LARGE',
  'STATEMENT_CANCELED',
  'STATEMENT_TIMED_OUT',
  'DATABRICKS_PERMISSION',
  'DATABRICKS_PROTOCOL',
  'OUTCOME_UNKNOWN',
  'RESULT_LOST',
  'SESSION_LOST',
  'WAREHOUSE_FAILED',
  'DATABRICKS_RATE_LIMITED',
  'DATABRICKS_UNAVAILABLE',
  'WAREHOUSE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
] as const satisfies readonly ProblemCode[];

/** What reading and changing an asynchronous statement takes. */
export const STATEMENT_STORE = ['STATEMENT_CONFLICT', ...RUN_STORE] as const satisfies readonly ProblemCode[];
