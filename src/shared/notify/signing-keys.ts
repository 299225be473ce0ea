import type { SecretReference } from '../config/setting-reader.ts';
import { AppError } from '../errors.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { SecretNotFoundError } from '../secrets/secrets.ts';

/** A callback cannot be signed: there is no key for its receiver, or one that is not `whsec_` and base64. */
export class SigningKeyError extends AppError {
  override readonly name = 'SigningKeyError';
  constructor(reason: 'missing' | 'malformed') {
    // What a library says of a key may quote it.
    const text = reason === 'missing' ? 'there is no key for the receiver' : 'the key is malformed';
    super(`Callbacks cannot be signed: ${text}.`, { code: 'CALLBACK_SIGNING_KEY', retryable: true });
  }
}

/** Where the keys are that callbacks are signed with. */
export interface SigningKeySources {
  /** What the names of the receivers' keys in the vault begin with; undefined where no receiver has a key of its own. */
  prefix?: string | undefined;
  /** The key for receivers that have none of their own. */
  shared?: SecretReference | undefined;
}

/** A receiver without a key of its own may get one: the vault is asked again then. */
const MISSING_MS = 5 * 60_000;
const MAX_MISSING = 1_000;
/** The name of a secret has at most so many characters. */
const MAX_NAME_CHARS = 127;

/**
 * The keys for a receiver, those that it may know first; none where callbacks are not signed. A secret may hold several
 * keys with spaces between them: while a receiver changes to another key, callbacks have a signature by each.
 * @throws {SigningKeyError} the receiver is to be sent signed callbacks, and there is no key
 */
export type SigningKeys = (receiver: URL) => Promise<readonly string[]>;

/** Opens the keys of all receivers. */
export function openSigningKeys(
  { prefix, shared }: SigningKeySources,
  secrets: Pick<SecretStore, 'get'>,
  now: () => number,
): SigningKeys {
  const missingUntilMs = new Map<string, number>();
  const ownKey = async (receiver: URL): Promise<string | undefined> => {
    const name = prefix === undefined ? undefined : receiverKeyName(prefix, receiver);
    if (name === undefined || (missingUntilMs.get(name) ?? 0) > now()) return undefined;
    try {
      return await secrets.get({ source: 'key-vault', name });
    } catch (error) {
      if (!(error instanceof SecretNotFoundError)) throw error;
      if (missingUntilMs.size >= MAX_MISSING) missingUntilMs.clear();
      missingUntilMs.set(name, now() + MISSING_MS);
      return undefined;
    }
  };
  return async (receiver) => {
    const text = (await ownKey(receiver)) ?? (shared === undefined ? undefined : await secrets.get(shared));
    if (text !== undefined) return text.split(/\s+/).filter((key) => key !== '');
    if (prefix === undefined) return [];
    throw new SigningKeyError('missing');
  };
}

/**
 * The name of the secret that holds the key of a receiver: the prefix, then its host with `.` as `-`, `-` as `--`, and
 * the port after another `-` where the URL names one. No two hosts have the same: a dash never stands beside a dot, and
 * the last label of a name is never a number. Undefined for IPv6 addresses and for names that are too long.
 */
export function receiverKeyName(prefix: string, { hostname, port }: URL): string | undefined {
  if (hostname.startsWith('[')) return undefined;
  const host = hostname.replaceAll('-', '--').replaceAll('.', '-');
  const name = `${prefix}${host}${port === '' ? '' : `-${port}`}`;
  return name.length <= MAX_NAME_CHARS && /^[0-9A-Za-z-]+$/.test(name) ? name : undefined;
}
