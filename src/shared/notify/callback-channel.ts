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

/** `CALLBACK_SIGNING_KEY` is not `whsec_` and base64. */
export class SigningKeyError extends AppError {
  override readonly name = 'SigningKeyError';
  constructor() {
    // What the library says of a key may quote it.
    super('Callbacks cannot be signed: the key is malformed.', { code: 'CALLBACK_SIGNING_KEY', retryable: true });
  }
}

/** For the whole exchange: a receiver that sends a byte now and then is given up too. */
const TIMEOUT_MS = 30_000;

/** What is read of an answer to keep its connection; only the status counts. */
const MAX_ANSWER_BYTES = 64 * 1_024;

/**
 * Posts the run document to the address that the submitter gave, signed where there is a key. Redirects are not
 * followed: the host was checked. Raises CallbackRefusedError, SigningKeyError, and what the key's source raises.
 * @see https://www.standardwebhooks.com
 */
export function callbackChannel(options: {
  dispatcher: Dispatcher;
  signingKey: () => Promise<string | undefined>;
  now: () => number;
  timeoutMs?: number;
}): Channel {
  const { dispatcher, signingKey, now, timeoutMs = TIMEOUT_MS } = options;
  return {
    name: 'callback',
    async tell(document, callbackUrl) {
      const id = `${document.id}-${document.attempt}`;
      const body = JSON.stringify(document);
      const key = await signingKey();
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await request(callbackUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          ...(key === undefined ? {} : signatureHeaders(key, id, now(), body)),
        },
        body,
        dispatcher,
        signal,
      }).catch((error: unknown) => {
        throw new CallbackRefusedError('no answer', error);
      });
      await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined);
      if (answer.statusCode < 200 || answer.statusCode > 299)
        throw new CallbackRefusedError(`status ${answer.statusCode}`);
    },
  };
}

function signatureHeaders(key: string, id: string, nowMs: number, body: string): Record<string, string> {
  return {
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': webhook(key).sign(id, new Date(nowMs), body),
  };
}

function webhook(key: string): Webhook {
  try {
    return new Webhook(key);
  } catch {
    throw new SigningKeyError();
  }
}
