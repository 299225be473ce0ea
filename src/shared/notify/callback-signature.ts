import { Webhook } from 'standardwebhooks';
import { SigningKeyError } from './signing-keys.ts';

/**
 * The headers that sign a callback, with a signature by each key: receivers take a message where one of them fits.
 * @throws {SigningKeyError} a key is malformed
 * @see https://www.standardwebhooks.com
 */
export function signatureHeaders(
  keys: readonly string[],
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  return {
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': keys.map((key) => webhook(key).sign(id, new Date(nowMs), body)).join(' '),
  };
}

function webhook(key: string): Webhook {
  try {
    return new Webhook(key);
  } catch {
    throw new SigningKeyError('malformed');
  }
}
