import { ProblemError } from '../http/problem.ts';

/** Standard base64 with its padding, which no JSON object is. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A message of Azure Queue Storage holds so many bytes. */
const MAX_MESSAGE_BYTES = 65_536;

/**
 * The text that a message of a queue holds, whichever way its sender encoded it: as it is, or as base64 of UTF-8.
 * `message` is what the host hands over where it decodes nothing (`messageEncoding` none) and is asked for bytes.
 * @throws {ProblemError} 400 for what is not UTF-8
 */
export function messageText(message: unknown): string {
  if (typeof message !== 'string' && !(message instanceof Uint8Array)) {
    throw new TypeError('The host gave a message that it has parsed: numbers may have lost digits.');
  }
  const text = typeof message === 'string' ? message : decoded(message);
  // Encoders of MIME break their lines.
  const compact = text.replaceAll(/\s/g, '');
  return compact !== '' && BASE64.test(compact) ? decoded(Buffer.from(compact, 'base64')) : text;
}

/**
 * The message for a text: base64, which is safe whatever the text holds; or the text as it is where it would be too
 * large otherwise. {@link messageText} reads either.
 */
export function encodedMessage(text: string): string {
  const encoded = Buffer.from(text).toString('base64');
  return encoded.length <= MAX_MESSAGE_BYTES ? encoded : text;
}

/** Whether a text fits into a message in one of the two ways. */
export function fitsMessage(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_MESSAGE_BYTES;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProblemError('INVALID_JSON', 'The message is not UTF-8.');
  }
}
