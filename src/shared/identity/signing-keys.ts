import type * as JoseModule from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWK, JWSHeaderParameters } from 'jose';
import * as z from 'zod';
import { fetchJson } from '../net/fetch-json.ts';
import type { Log } from '../telemetry/log.ts';
import { SigningKeysUnavailableError, TokenError } from './token-error.ts';

type Jose = typeof JoseModule;
type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** A key that has been taken back is no longer used after this time. */
const FRESH_MS = 10 * 60_000;
/**
 * How long keys that were once read are used while the tenant cannot be asked: as long as Entra says they may be kept.
 */
const STALE_MS = 24 * 60 * 60_000;
/** How soon a tenant that did not respond is asked again, at most. */
const LEAVE_ALONE_MS = 5_000;
/** The modulus of an RSA key of 2048 bits in base64url: RS256 allows no shorter one (RFC 7518 §3.3). */
const MIN_MODULUS_CHARS = 342;

const keySet = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional(), n: z.string().optional() })).max(100),
});

/** What the keys of a tenant are fetched with. */
export interface SigningKeysOptions {
  jose: Jose;
  tenantId: string;
  /** Where the tenant publishes its keys; nothing that a token says changes it. */
  url: URL;
  cooldownMs: number;
  log: Log;
  now: () => number;
}

/**
 * The keys that a tenant signs tokens with. They are read when first needed, every ten minutes beside the requests, and
 * when a token names an unknown key, though not more often than the cooldown allows. While the tenant does not respond
 * the keys that were read last are used, for a day.
 */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #find: FindKey | undefined;
  #readAtMs = -Infinity;
  /** From when on the tenant may be asked again. */
  #askAgainAtMs = -Infinity;
  #failure: unknown;
  #reading: Promise<void> | undefined;

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /**
   * The key that a token's header names.
   * @throws {TokenError} `unknown_key`
   * @throws {SigningKeysUnavailableError} the tenant does not respond, and nothing that is known decides
   */
  async keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const { tenantId, now } = this.#options;
    if (now() - this.#readAtMs > STALE_MS) this.#find = undefined;
    if (this.#find === undefined) await this.#refresh();
    // No request waits for this, and a failure leaves what is known.
    else if (now() - this.#readAtMs > FRESH_MS) void this.#refresh();
    const known = (await this.#known(header, token)) ?? (await this.#publishedSince(header, token));
    if (known !== undefined) return known;
    if (this.#failure !== undefined || this.#find === undefined) {
      throw new SigningKeysUnavailableError(tenantId, this.#failure);
    }
    throw new TokenError('unknown_key');
  }

  /**
   * Reads the keys where none are known, or what is known is old.
   * @throws {SigningKeysUnavailableError} the tenant did not respond when it was asked last
   */
  async probe(): Promise<void> {
    const { now, tenantId } = this.#options;
    if (now() - this.#readAtMs > FRESH_MS) await this.#refresh();
    if (this.#failure !== undefined) throw new SigningKeysUnavailableError(tenantId, this.#failure);
  }

  async #publishedSince(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | undefined> {
    await this.#refresh();
    const published = await this.#known(header, token);
    if (published !== undefined) return published;
    // That read may have begun before the key was published.
    await this.#refresh();
    return this.#known(header, token);
  }

  async #known(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | undefined> {
    try {
      return await this.#find?.(header, token);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_JWKS_NO_MATCHING_KEY') return undefined;
      throw error;
    }
  }

  /** Reads the keys unless that has been tried just now. Callers share one read; its failure is kept, not thrown. */
  async #refresh(): Promise<void> {
    const { cooldownMs, log, now, tenantId } = this.#options;
    if (this.#reading === undefined && now() < this.#askAgainAtMs) return;
    this.#reading ??= this.#read()
      .then(
        (find) => {
          this.#find = find;
          this.#readAtMs = now();
          this.#askAgainAtMs = now() + cooldownMs;
          this.#failure = undefined;
        },
        (error: unknown) => {
          log.warn('entra_keys.read_failed', { tenant: tenantId, error });
          this.#askAgainAtMs = now() + Math.min(cooldownMs, LEAVE_ALONE_MS);
          this.#failure = error;
        },
      )
      .finally(() => {
        this.#reading = undefined;
      });
    await this.#reading;
  }

  async #read(): Promise<FindKey> {
    const { jose, tenantId, url } = this.#options;
    const { keys } = keySet.parse(await fetchJson(url));
    const usable = keys.filter(
      ({ kty, kid, n = '', use = 'sig', issuer }) =>
        kty === 'RSA' && kid !== undefined && use === 'sig' && n.length >= MIN_MODULUS_CHARS && isOwn(issuer, tenantId),
    );
    if (usable.length === 0) throw new Error('No key can be used.');
    return jose.createLocalJWKSet({ keys: usable as JWK[] });
  }
}

/**
 * Entra publishes keys of others beside a tenant's own and says so: `issuer` is a template, or one tenant's.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-validation#validate-the-signing-key-issuer
 */
function isOwn(issuer: unknown, tenantId: string): boolean {
  return (
    issuer === undefined || (typeof issuer === 'string' && /\{tenantid\}/i.test(issuer)) || hasId(issuer, tenantId)
  );
}

function hasId(issuer: unknown, tenantId: string): boolean {
  return typeof issuer === 'string' && issuer.toLowerCase().includes(tenantId);
}
