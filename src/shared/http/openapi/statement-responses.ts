import type { OperationResponse } from './operation.ts';

/** 202 with everything that pollers need. */
export const STATEMENT_ACCEPTED: OperationResponse = {
  description:
    'The statement is accepted. Poll `Location` after `Retry-After` seconds: it responds 202 until it has ended.',
  body: 'SqlStatement',
  headers: ['Location', 'Operation-Location', 'Retry-After'],
};
