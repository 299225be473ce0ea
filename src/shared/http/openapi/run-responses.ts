import type { OperationResponse } from './operation.ts';

/** 202 with everything that pollers need. */
export const RUN_ACCEPTED: OperationResponse = {
  description:
    'The run is accepted and not lost any more. Poll `Location` after `Retry-After` seconds, as Logic Apps, Power Automate and Data Factory do by themselves: it responds 202 until the run has ended.',
  body: 'RunDocument',
  headers: ['Location', 'Operation-Location', 'Retry-After', 'Idempotency-Replayed'],
};

/** What a request for a new run can succeed with. */
export const NEW_RUN_RESPONSES: Readonly<Record<number, OperationResponse>> = {
  200: {
    description:
      'With `Prefer: wait=N`: the run has ended within that time, and this is its result, whatever the outcome. With `validate_only=true`: the decision.',
    body: { 'application/json': 'ResultOrDecision' },
    headers: ['Idempotency-Replayed'],
  },
  202: RUN_ACCEPTED,
};
