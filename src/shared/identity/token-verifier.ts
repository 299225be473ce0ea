import type * as JoseModule from 'jose';
import type { JWTPayload } from 'jose';
import type { EntraConfig } from '../config/auth-config.ts';
import type { Caller } from '../domain/caller.ts';
import type { Log } from '../telemetry/log.ts';
import { SigningKeys } from './signing-keys.ts';
import type { VerifiedClaims } from './token-claims.ts';
import { SigningKeysUnavailableError, TokenError, type TokenErrorReason } from './token-error.ts';
import { VerifiedTokens } from './verified-tokens.ts';

type Jose = typeof JoseModule;

/** Two hundred groups make a token of ten thousand characters. */
const MAX_TOKEN_CHARS = 32 * 1024;
const CLOCK_SKEW_SECONDS = 60;
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'exp', 'nbf', 'tid', 'oid', 'ver'];

/** What issuers of version 1.0 begin with; 21Vianet's cloud has one of its own. */
const V1_ISSUER = 'https://sts.windows.net';
const V1_ISSUER_OF_AUTHORITY: Readonly<Record<string, string>> = {
  'https://login.partner.microsoftonline.cn': 'https://sts.chinacloudapi.cn',
  'https://login.chinacloudapi.cn': 'https://sts.chinacloudapi.cn',
};

interface Issuer {
  tenantId: string;
  version: VerifiedClaims['version'];
}

/** Who bears an access token of Entra. */
export interface TokenVerifier {
  /**
   * @throws {TokenError} the token is not accepted
   * @throws {SigningKeysUnavailableError} that cannot be decided now
   */
  callerOf(token: string): Promise<Caller>;
  /** @throws {SigningKeysUnavailableError} the keys of one of the tenants cannot be read */
  probe(): Promise<void>;
}

/**
 * Verifies access tokens of the configured tenants for the configured audiences: signed with RS256 by a key that the
 * tenant itself publishes, of one of its two issuers, valid now, and granting a scope or an app role.
 * @see https://learn.microsoft.com/entra/identity-platform/claims-validation
 */
export function createTokenVerifier(options: { config: EntraConfig; log: Log; now: () => number }): TokenVerifier {
  const { config, log, now } = options;
  const issuers = issuersOf(config);
  const verified = new VerifiedTokens(now);
  const keysOfTenant = new Map<string, SigningKeys>();
  // Loaded with the first token: it takes a tenth of a second or more, and the other modes never need it.
  let loading: Promise<Jose> | undefined;

  const keysOf = (tenantId: string, jose: Jose): SigningKeys => {
    const known = keysOfTenant.get(tenantId);
    if (known !== undefined) return known;
    const url = new URL(`/${tenantId}/discovery/v2.0/keys`, config.authority);
    const keys = new SigningKeys({ jose, tenantId, url, cooldownMs: config.keysCooldownMs, log, now });
    keysOfTenant.set(tenantId, keys);
    return keys;
  };

  const verify = async (token: string): Promise<{ caller: Caller; expiresAtMs: number }> => {
    const jose = await (loading ??= import('jose'));
    const { callerOfClaims } = await import('./token-claims.ts');
    const issuer = issuerOf(jose, token);
    const known = issuers.get(issuer);
    if (known === undefined) throw new TokenError('issuer');
    const keys = keysOf(known.tenantId, jose);
    const payload = await verifiedPayload(jose, token, { issuer, audiences: config.audiences, keys, nowMs: now() });
    return { caller: callerOfClaims({ payload, ...known }), expiresAtMs: (payload.exp ?? 0) * 1_000 };
  };

  return {
    async probe() {
      const jose = await (loading ??= import('jose'));
      await Promise.all(config.tenantIds.map((tenantId) => keysOf(tenantId, jose).probe()));
    },
    async callerOf(token) {
      if (token.length > MAX_TOKEN_CHARS) throw new TokenError('too_long');
      const known = verified.get(token);
      if (known !== undefined) return known;
      const { caller, expiresAtMs } = await verify(token);
      verified.set(token, caller, expiresAtMs);
      return caller;
    },
  };
}

function issuersOf({ tenantIds, authority }: EntraConfig): Map<string, Issuer> {
  const v1 = V1_ISSUER_OF_AUTHORITY[authority] ?? V1_ISSUER;
  return new Map(
    tenantIds.flatMap((tenantId): [string, Issuer][] => [
      [`${v1}/${tenantId}/`, { tenantId, version: '1.0' }],
      [`${authority}/${tenantId}/v2.0`, { tenantId, version: '2.0' }],
    ]),
  );
}

/** What an unverified token says of its issuer; it is only looked up in what is configured. */
function issuerOf(jose: Jose, token: string): string {
  try {
    return jose.decodeJwt(token).iss ?? '';
  } catch {
    throw new TokenError('malformed');
  }
}

async function verifiedPayload(
  jose: Jose,
  token: string,
  expected: { issuer: string; audiences: readonly string[]; keys: SigningKeys; nowMs: number },
): Promise<JWTPayload> {
  try {
    const { payload } = await jose.jwtVerify(
      token,
      (header, input) => {
        if (header.kid === undefined) throw new TokenError('unknown_key');
        return expected.keys.keyFor(header, input);
      },
      {
        algorithms: ['RS256'],
        issuer: expected.issuer,
        audience: [...expected.audiences],
        requiredClaims: REQUIRED_CLAIMS,
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(expected.nowMs),
      },
    );
    return payload;
  } catch (error) {
    if (error instanceof TokenError || error instanceof SigningKeysUnavailableError) throw error;
    throw new TokenError(reasonOf(error));
  }
}

/** By the codes of `jose`; whatever else is wrong with a token makes it unreadable. */
function reasonOf(error: unknown): TokenErrorReason {
  const { code, claim } = error as { code?: unknown; claim?: unknown };
  if (code === 'ERR_JWT_EXPIRED') return 'expired';
  if (code === 'ERR_JOSE_ALG_NOT_ALLOWED') return 'algorithm';
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') return 'signature';
  if (code !== 'ERR_JWT_CLAIM_VALIDATION_FAILED') return 'malformed';
  if (claim === 'aud') return 'audience';
  if (claim === 'iss') return 'issuer';
  return claim === 'nbf' ? 'not_yet_valid' : 'claims';
}
