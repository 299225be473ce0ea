import type { HttpResponseInit } from '@azure/functions';
import { AppError } from '../errors.ts';
import { stringifyJson } from '../json.ts';
import { type ProblemCode, STATUS_OF_CODE } from './error-table.ts';

/** What is wrong with one place of a body; `path` is a JSON Pointer (RFC 6901). */
export interface FieldError {
  path: string;
  message: string;
}

/** What a problem document says beside its code and its detail. */
export interface ProblemExtras {
  errors?: FieldError[] | undefined;
  databricks?: { error_code?: string; message?: string; status?: number } | undefined;
  sqlstate?: string | undefined;
  retryAfterMs?: number | undefined;
  /** How to say who one is, for `WWW-Authenticate` (RFC 9110 §11.6.1). */
  challenge?: string | undefined;
  /** The methods that a path takes, for `Allow` (RFC 9110 §10.2.1). */
  allow?: string | undefined;
  /** The result document, where the caller asked for an error status. */
  result?: unknown;
}

/** A request that ends with a problem document; its code says with which status. */
export class ProblemError extends AppError {
  override readonly name = 'ProblemError';
  declare readonly code: ProblemCode;
  readonly status: number;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, { code, retryable: extras.retryAfterMs !== undefined, retryAfterMs: extras.retryAfterMs });
    this.status = STATUS_OF_CODE[code];
    this.extras = extras;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  424: 'Failed Dependency',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** An `application/problem+json` response (RFC 9457). */
export function problem(error: ProblemError, requestId: string): HttpResponseInit {
  const { retryAfterMs, challenge, allow, errors, ...extras } = error.extras;
  const body = {
    type: 'about:blank',
    title: TITLES[error.status] ?? 'Error',
    status: error.status,
    detail: cut(error.message, MAX_DETAIL_CHARS),
    code: error.code,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors: boundedErrors(errors) }),
    ...extras,
  };
  return {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterMs === undefined ? {} : { 'retry-after': retryAfterSeconds(retryAfterMs) }),
      ...(allow === undefined ? {} : { allow }),
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    },
    body: stringifyJson(body),
  };
}

const MAX_DETAIL_CHARS = 4_000;
/** So many places of a request are named at most. */
export const MAX_ERRORS = 100;
const MAX_ERRORS_CHARS = 8_000;
const MAX_PATH_CHARS = 200;
const MAX_MESSAGE_CHARS = 400;

/** A few KB of errors, whatever was sent: paths and messages quote names that the caller chose. */
export function boundedErrors(errors: readonly FieldError[]): FieldError[] {
  const bounded: FieldError[] = [];
  let chars = 0;
  for (const { path, message } of errors) {
    if (bounded.length === MAX_ERRORS || chars > MAX_ERRORS_CHARS) break;
    const error = { path: cut(path, MAX_PATH_CHARS), message: cut(message, MAX_MESSAGE_CHARS) };
    chars += error.path.length + error.message.length;
    bounded.push(error);
  }
  return bounded;
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).toWellFormed()}…`;
}

/** `Retry-After` in whole seconds, at least one. */
export function retryAfterSeconds(delayMs: number): string {
  return String(Math.max(1, Math.ceil(delayMs / 1_000)));
}
