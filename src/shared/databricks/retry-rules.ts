import { type DatabricksError, DatabricksProtocolError, DatabricksRateLimitedError } from './errors.ts';
import { isCreationLimit } from './response-error.ts';

/** How one kind of failure is retried. */
export interface RetryRule {
  name: string;
  matches(error: DatabricksError): boolean;
  /** The first delay without `Retry-After`; it doubles with each attempt, up to `maxDelayMs`. Zero: never retried. */
  delayMs: number;
  maxDelayMs: number;
  /** Databricks has certainly not acted on the request, so even one that must not happen twice may be sent again. */
  isUnprocessed: boolean;
}

/**
 * What is retried, first match first; whatever matches nothing is final. Sources: the official SDKs (databricks-sdk-py
 * `_base_client.py`, databricks-sdk-go `apierr/errors.go`), Airflow's provider (`hooks/databricks_base.py`) and the
 * Jobs API page, which asks for up to 30 s between tries of a 5xx. Texts, which the SDKs look at too, decide nothing
 * here: Databricks quotes what callers wrote.
 */
export const RETRY_RULES: readonly RetryRule[] = [
  {
    // The window of creations opens in minutes: whoever plans the runs must get it at once.
    name: 'creation limit',
    matches: (error) => error instanceof DatabricksRateLimitedError && isCreationLimit(error),
    delayMs: 0,
    maxDelayMs: 0,
    isUnprocessed: true,
  },
  {
    name: 'rate limit',
    matches: (error) => error instanceof DatabricksRateLimitedError,
    delayMs: 1_000,
    maxDelayMs: 10_000,
    isUnprocessed: true,
  },
  {
    name: 'lock',
    matches: ({ errorCode }) => errorCode === 'COULD_NOT_ACQUIRE_LOCK',
    delayMs: 500,
    maxDelayMs: 10_000,
    isUnprocessed: true,
  },
  {
    name: 'unavailable',
    matches: ({ status, errorCode }) => status === 503 || errorCode === 'TEMPORARILY_UNAVAILABLE',
    delayMs: 1_000,
    maxDelayMs: 10_000,
    isUnprocessed: false,
  },
  {
    name: 'conflict',
    matches: ({ status, errorCode = '' }) => status === 409 || CONFLICTS.has(errorCode),
    delayMs: 500,
    maxDelayMs: 10_000,
    isUnprocessed: false,
  },
  {
    name: 'server error',
    matches: ({ status = 0 }) => (status >= 500 && status !== 501) || status === 408,
    delayMs: 2_000,
    maxDelayMs: 30_000,
    isUnprocessed: false,
  },
  {
    name: 'never connected',
    matches: ({ networkCode = '' }) => NEVER_CONNECTED.has(networkCode),
    delayMs: 500,
    maxDelayMs: 10_000,
    isUnprocessed: true,
  },
  {
    name: 'connection lost',
    matches: ({ networkCode = '' }) => CONNECTION_LOST.has(networkCode),
    delayMs: 500,
    maxDelayMs: 10_000,
    isUnprocessed: false,
  },
  {
    name: 'garbled response',
    matches: (error) => error instanceof DatabricksProtocolError && error.retryable,
    delayMs: 500,
    maxDelayMs: 10_000,
    isUnprocessed: false,
  },
];

const CONFLICTS = new Set(['ABORTED', 'RESOURCE_CONFLICT']);

/** What the system or undici says where no connection came about, so that nothing was sent. */
export const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const CONNECTION_LOST = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'HPE_INVALID_CONSTANT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
