import { AppError } from '../errors.ts';

/** The client closed its connection; what was done for it is canceled, and no response is read. */
export class ClientGoneError extends AppError {
  override readonly name = 'ClientGoneError';
  constructor() {
    super('The client went away.', { code: 'CLIENT_GONE', retryable: false });
  }
}
