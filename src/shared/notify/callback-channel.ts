import { request, type Dispatcher } from 'undici';
import { AppError } from '../errors.ts';
import type { Channel } from './channel.ts';

/** The callback was not taken. */
export class CallbackRefusedError extends AppError {
  override readonly name = 'CallbackRefusedError';
  constructor(reason: string, cause?: unknown) {
    super(`The callback was not taken: ${reason}.`, { code: 'CALLBACK_REFUSED', retryable: true, cause });
  }
}

const TIMEOUT_MS = 30_000;

/** Posts the run document to the address that the submitter gave. Redirects are not followed: the host was checked. */
export function callbackChannel(dispatcher: Dispatcher): Channel {
  return {
    name: 'callback',
    async tell(document, callbackUrl) {
      const answer = await request(callbackUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'webhook-id': `${document.id}-${document.attempt}` },
        body: JSON.stringify(document),
        dispatcher,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      }).catch((error: unknown) => {
        throw new CallbackRefusedError('no answer', error);
      });
      await answer.body.dump();
      if (answer.statusCode < 200 || answer.statusCode > 299)
        throw new CallbackRefusedError(`status ${answer.statusCode}`);
    },
  };
}
