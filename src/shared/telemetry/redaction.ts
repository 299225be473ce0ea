import { KnownSecrets } from './known-secrets.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_TEXT_LENGTH = 8_192;

/** Takes secrets out of what is about to be logged: values that were registered, and whatever looks like one. */
export interface Redactor {
  /**
   * From now on this value is never let through. Short texts are not taken: they would blot out ordinary words.
   * `isWord`: it may be one itself, so `data` and `json` let it stand.
   */
  register(secret: string, options?: { isWord?: boolean }): void;
  text(text: string): string;
  /** A copy that is bounded in depth, items and length, with errors as plain objects. */
  value(value: unknown): unknown;
  /**
   * A text of another system, of any length, without the values that were registered. What only looks like a
   * secret stays: it is the text's own.
   */
  data(text: string): string;
  /** What JSON of another system was parsed to, changed where it stands, its texts as `data` gives them. */
  json(value: unknown): unknown;
}

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const secrets = new KnownSecrets();

  const text = (given: string): string => {
    // More than is kept: a secret of which the end is cut off is not recognised.
    let result = secrets.outOf(given.slice(0, 2 * MAX_TEXT_LENGTH));
    for (const [pattern, replacement] of SECRET_PATTERNS) result = result.replace(pattern, replacement);
    return result.length > MAX_TEXT_LENGTH ? `${result.slice(0, MAX_TEXT_LENGTH)}…` : result;
  };

  const value = (given: unknown, depth = 0): unknown => {
    if (typeof given === 'string') return text(given);
    if (typeof given === 'bigint') return String(given);
    if (typeof given === 'function' || typeof given === 'symbol') return undefined;
    if (typeof given !== 'object' || given === null) return given;
    if (depth >= MAX_DEPTH) return '[deep]';
    if (given instanceof Date) return given.toJSON();
    if (given instanceof Error) return error(given, depth);
    if (Array.isArray(given)) return given.slice(0, MAX_ITEMS).map((item) => value(item, depth + 1));
    if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
    return fields(Object.entries(given), depth);
  };

  const fields = (entries: [string, unknown][], depth: number): Record<string, unknown> =>
    Object.fromEntries(
      entries.slice(0, MAX_ITEMS).map(([key, item]) => [key, isSecret(key, item) ? REDACTED : value(item, depth + 1)]),
    );

  const error = (given: Error, depth: number): Record<string, unknown> => {
    const { name, message, stack, cause } = given;
    const own = Object.entries(given).filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
    return {
      name,
      message: text(message),
      ...fields(own, depth),
      ...(stack === undefined ? {} : { stack: text(stack) }),
      ...(cause === undefined ? {} : { cause: value(cause, depth + 1) }),
    };
  };

  return {
    register: (secret, options) => secrets.register(secret, options),
    text,
    value,
    data: (given) => secrets.outOfData(given),
    json: (given) => secrets.outOfJson(given),
  };
}

/** Secrets that give themselves away inside a text. */
const SECRET_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, REDACTED],
  [/\bdapi[0-9a-f]{16,}(-\d+)?/g, REDACTED],
  [/([?&](?:code|sig|token|access_token|client_secret|password)=)[^&\s"'#]+/gi, `$1${REDACTED}`],
  [/\b(AccountKey|SharedAccessSignature|SharedAccessKey)=[^;\s"']+/gi, `$1=${REDACTED}`],
];

const SECRET_KEYS =
  /(^|[_-])(authorization|token|password|secret|sig|signature|cookie|account_?key|api_?key|functions_key|connection_?string)$/;
const PUBLIC_KEYS = /(^|_)(idempotency|page|continuation)_token$/;

function isSecret(key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const name = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  // A function key travels as `code`; so do the stable words of errors, which must stay readable.
  if (name === 'code') return !/^[A-Z][A-Z0-9_]*$/.test(value);
  return SECRET_KEYS.test(name) && !PUBLIC_KEYS.test(name);
}
