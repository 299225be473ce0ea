import { Webhook } from 'standardwebhooks';
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

/**
 * Posts the run document to the address that the submitter gave, signed where there is a key. Redirects are not
 * followed: the host was checked.
 * @see https://www.standardwebhooks.com
 */
export function callbackChannel(options: {
  dispatcher: Dispatcher;
  signingKey: () => Promise<string | undefined>;
  now: () => number;
}): Channel {
  const { dispatcher, signingKey, now } = options;
  return {
    name: 'callback',
    async tell(document, callbackUrl) {
      const id = `${document.id}-${document.attempt}`;
      const body = JSON.stringify(document);
      const key = await signingKey();
      const answer = await request(callbackUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          ...(key === undefined ? {} : signatureHeaders(key, id, now(), body)),
        },
        body,
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

function signatureHeaders(key: string, id: string, nowMs: number, body: string): Record<string, string> {
  const time = new Date(nowMs);
  return {
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': new Webhook(key).sign(id, time, body),
  };
}
