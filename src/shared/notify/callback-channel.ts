import type { Dispatcher } from 'undici';
import * as z from 'zod';
import { hints } from '../body-schema.ts';
import { AppError } from '../errors.ts';
import type { Resolve } from '../net/guarded-connector.ts';
import { callbackProblem, mayBePrivate, type CallbackHosts } from './callback-hosts.ts';
import type { Channel, ChannelType } from './channel.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

/** The callback was not taken. */
export class CallbackRefusedError extends AppError {
  override readonly name = 'CallbackRefusedError';
  constructor(reason: string, cause?: unknown) {
    super(`The callback was not taken: ${reason}.`, { code: 'CALLBACK_REFUSED', retryable: true, cause });
  }
}

/** A host that callbacks do not go to, or no longer. */
export class CallbackNotAllowedError extends AppError {
  override readonly name = 'CallbackNotAllowedError';
  constructor(problem: string) {
    super(`Callbacks to ${problem}`, { code: 'CALLBACK_NOT_ALLOWED', retryable: true });
  }
}

const MAX_URL_LENGTH = 2_048;

const CONNECT_TIMEOUT_MS = 3_000;

/** Until the receiver has begun to respond. */
const FIRST_BYTE_TIMEOUT_MS = 5_000;

/** For the whole exchange: a receiver that sends a byte now and then is given up too. */
const TIMEOUT_MS = 10_000;

/** What is read of a response to keep its connection; only the status counts. */
const MAX_RESPONSE_BYTES = 64 * 1_024;

/**
 * Connections for callbacks, only to addresses that the operator lets callers reach. The HTTP client is loaded with the
 * first callback. `resolve`: in the place of the system's resolver.
 */
export function callbackDispatcher(hosts: CallbackHosts, resolve?: Resolve): () => Promise<Dispatcher> {
  let opening: Promise<Dispatcher> | undefined;
  const open = async () => {
    const { Agent } = await import('../net/undici.ts');
    const { guardedConnector } = await import('../net/guarded-connector.ts');
    return new Agent({
      connections: 4,
      connect: guardedConnector({
        timeoutMs: CONNECT_TIMEOUT_MS,
        mayBePrivate: (origin) => mayBePrivate(origin, hosts),
        ...(resolve === undefined ? {} : { resolve }),
      }),
      keepAliveTimeout: 5_000,
    });
  };
  return () => (opening ??= open());
}

/** How callbacks are sent. */
export interface CallbackOptions {
  dispatcher: () => Promise<Dispatcher>;
  hosts: CallbackHosts;
  signingKeys: SigningKeys;
  now: () => number;
  timeoutMs?: number;
}

/** The address of a receiver of callbacks. */
export const callbackAddress = z
  .string()
  .max(MAX_URL_LENGTH)
  .pipe(z.url({ protocol: /^https?$/ }));
hints.add(callbackAddress, { format: 'uri' });

/** The address that the submitter gave, where the operator lets callers reach its host. */
export const callbackChannel: ChannelType = {
  name: 'callback',
  field: 'callback_url',
  schema: callbackAddress.optional(),
  targets: (value) => (typeof value === 'string' ? [value] : []),
  refusal(callbackUrl, { runs: { callbackHosts } }) {
    const problem = callbackProblem(callbackUrl, callbackHosts);
    return problem === undefined ? undefined : { code: 'CALLBACK_NOT_ALLOWED', message: `Callbacks to ${problem}` };
  },
  open({ config, secrets, now }) {
    const { callbackHosts: hosts, callbackSigningKey: shared, callbackSigningKeyPrefix: prefix } = config.runs;
    return openCallbacks({
      dispatcher: callbackDispatcher(hosts),
      hosts,
      signingKeys: openSigningKeys({ prefix, shared }, secrets, now),
      now,
    });
  },
};

/**
 * Posts the run document to the address that the submitter gave, signed where there are keys. Redirects are not
 * followed: the host was checked. Whether the host is allowed is asked again: the settings may have changed since.
 * `send` throws CallbackNotAllowedError, CallbackRefusedError, SigningKeyError, and what the key's source throws.
 * @see https://www.standardwebhooks.com
 */
export function openCallbacks({
  dispatcher,
  hosts,
  signingKeys,
  now,
  timeoutMs = TIMEOUT_MS,
}: CallbackOptions): Channel {
  return {
    isOwnService: false,
    receiver: (callbackUrl) => URL.parse(callbackUrl)?.host ?? '',
    async send(document, callbackUrl, mostMs = timeoutMs) {
      const problem = callbackProblem(callbackUrl, hosts);
      if (problem !== undefined) throw new CallbackNotAllowedError(problem);
      const id = `${document.id}-${document.attempt}`;
      const body = JSON.stringify(document);
      const keys = await signingKeys(new URL(callbackUrl));
      const boundMs = Math.min(mostMs, timeoutMs);
      const signal = AbortSignal.timeout(boundMs);
      const { request } = await import('../net/undici.ts');
      const { signatureHeaders } = await import('./callback-signature.ts');
      const response = await request(callbackUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          ...(keys.length === 0 ? {} : signatureHeaders(keys, id, now(), body)),
        },
        body,
        dispatcher: await dispatcher(),
        headersTimeout: Math.min(FIRST_BYTE_TIMEOUT_MS, boundMs),
        signal,
      }).catch((error: unknown) => {
        throw new CallbackRefusedError('no response', error);
      });
      await response.body.dump({ limit: MAX_RESPONSE_BYTES, signal }).catch(() => undefined);
      if (response.statusCode < 200 || response.statusCode > 299)
        throw new CallbackRefusedError(`status ${response.statusCode}`);
    },
  };
}
