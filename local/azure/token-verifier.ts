import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';

/** Who signs the tokens, and where its public keys are. */
export interface TokenIssuer {
  issuer: string;
  jwksUrl: string;
}

/** Resolves to the claims of the bearer token in an Authorization header; undefined when it is absent or not good. */
export type TokenVerifier = (authorization: string | undefined) => Promise<JWTPayload | undefined>;

/** Verifies RS256 tokens for one audience, as a resource server does. */
export function createTokenVerifier({ issuer, jwksUrl }: TokenIssuer, audience: string): TokenVerifier {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cacheMaxAge: Infinity });
  return async (authorization) => {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      return (await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] })).payload;
    } catch {
      return undefined;
    }
  };
}
