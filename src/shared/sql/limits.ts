import type { ResultFormat } from './formats.ts';

/** What the settings cap; absent means no cap. */
export interface SqlCaps {
  maxRows?: number | undefined;
  maxBytes?: number | undefined;
  maxSeconds?: number | undefined;
}

/** What a caller asks a result to be bounded by. */
export interface LimitRequest {
  timeoutSeconds?: number | undefined;
  rowLimit?: number | undefined;
  byteLimit?: number | undefined;
}

/**
 * A bound on a result. One that the caller gave ends a stream cleanly; any other ends it as a failure, so that a short
 * result never looks whole.
 */
export interface Limit {
  readonly max: number;
  readonly givenByCaller: boolean;
}

/** What bounds a result. */
export interface Limits {
  readonly timeoutMs: number;
  readonly rows: Limit;
  readonly bytes: Limit;
}

/** One field asks for more than the settings or the contract allow. */
export interface LimitProblem {
  readonly field: 'timeout_seconds' | 'row_limit' | 'byte_limit';
  readonly message: string;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const JSON_TIMEOUT_SECONDS_MAX = 220;
const STREAM_TIMEOUT_SECONDS_MAX = 3600;
const JSON_ROWS_DEFAULT = 10_000;
const JSON_BYTES_DEFAULT = 64 * 1024 * 1024;

/** The limits that hold for a statement, or what is wrong with those asked for. */
export function resolveLimits(
  request: LimitRequest,
  format: ResultFormat,
  caps: SqlCaps,
): { limits: Limits } | { problems: LimitProblem[] } {
  const isJson = format === 'json';
  const seconds = Math.min(isJson ? JSON_TIMEOUT_SECONDS_MAX : STREAM_TIMEOUT_SECONDS_MAX, caps.maxSeconds ?? Infinity);
  const asked = [
    { field: 'timeout_seconds', value: request.timeoutSeconds, max: seconds },
    { field: 'row_limit', value: request.rowLimit, max: caps.maxRows ?? Infinity },
    { field: 'byte_limit', value: request.byteLimit, max: caps.maxBytes ?? Infinity },
  ] as const;
  const problems = asked
    .filter(({ value, max }) => value !== undefined && value > max)
    .map(({ field, max }) => ({ field, message: `At most ${max} may be asked for here.` }));
  if (problems.length > 0) return { problems };
  return {
    limits: {
      timeoutMs: (request.timeoutSeconds ?? Math.min(DEFAULT_TIMEOUT_SECONDS, seconds)) * 1000,
      rows: limitOf(request.rowLimit, isJson ? JSON_ROWS_DEFAULT : Infinity, caps.maxRows),
      bytes: limitOf(request.byteLimit, isJson ? JSON_BYTES_DEFAULT : Infinity, caps.maxBytes),
    },
  };
}

function limitOf(asked: number | undefined, byDefault: number, cap = Infinity): Limit {
  return asked === undefined
    ? { max: Math.min(byDefault, cap), givenByCaller: false }
    : { max: asked, givenByCaller: true };
}
