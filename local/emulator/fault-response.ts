import type { Fault } from './faults.ts';

/** The error that a service responds with; text goes out as it is, anything else as JSON. */
export interface FaultResponse {
  body: unknown;
  headers?: Record<string, string>;
}

/** `{ error_code, message }`, with the code that goes with the status where the fault names none. */
export function databricksFaultResponse(fault: Fault): FaultResponse {
  return {
    body: {
      error_code: fault.error_code ?? DATABRICKS_ERROR_CODES[fault.status] ?? 'INTERNAL_ERROR',
      message: fault.message ?? 'A fault was set for this response.',
    },
  };
}

const DATABRICKS_ERROR_CODES: Record<number, string> = {
  400: 'INVALID_PARAMETER_VALUE',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
};
