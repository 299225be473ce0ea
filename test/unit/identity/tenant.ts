import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

export const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
export const OTHER_TENANT = '99999999-aaaa-4bbb-8ccc-222222222222';
export const GATEWAY = '77777777-aaaa-4bbb-8ccc-222222222222';
export const CLIENT = '55555555-aaaa-4bbb-8ccc-222222222222';
export const USER = '33333333-dddd-4eee-8fff-444444444444';

/** As Entra publishes keys, beside those of others. */
export type PublishedKey = JWK & { issuer?: string };

/** A tenant that publishes its keys at an address of this machine. */
export interface Tenant extends AsyncDisposable {
  authority: string;
  /** What it publishes; what is put in here is published at once. */
  published: PublishedKey[];
  /** How often its keys were read. */
  reads: () => number;
  /** What it answers in the place of its keys. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** A new key, published or not. */
  newKey: (kid: string, options?: { published?: boolean }) => Promise<CryptoKey>;
  /** Claims of an access token of version 2.0 for a user. */
  claims: JWTPayload;
  /** With the first key, unless another is given; a header of undefined is left out. */
  sign: (claims: JWTPayload, header?: Record<string, unknown>, key?: CryptoKey | Uint8Array) => Promise<string>;
}

/** `nowMs` is the time that its tokens are signed at. */
export async function openTenant(nowMs: number): Promise<Tenant> {
  let reads = 0;
  const server = createServer((request, response) => {
    if (request.url === `/${TENANT}/discovery/v2.0/keys`) {
      reads += 1;
      if (tenant.answer !== undefined) tenant.answer(response);
      else response.end(JSON.stringify({ keys: tenant.published }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = Math.floor(nowMs / 1_000);
  const tenant: Tenant = {
    authority,
    published: [],
    reads: () => reads,
    answer: undefined,
    async newKey(kid, { published = true } = {}) {
      const { publicKey, privateKey } = await generateKeyPair('RS256');
      if (published) tenant.published.push({ ...(await exportJWK(publicKey)), kid, use: 'sig' });
      return privateKey;
    },
    claims: {
      iss: `${authority}/${TENANT}/v2.0`,
      aud: GATEWAY,
      exp: now + 3_600,
      nbf: now,
      iat: now,
      ver: '2.0',
      tid: TENANT,
      oid: USER,
      sub: 'pairwise-subject',
      azp: CLIENT,
      scp: 'Runs.Use',
      preferred_username: 'ada@example.com',
    },
    sign: (claims, header = {}, key = first) => {
      const all = { alg: 'RS256', kid: 'first', typ: 'JWT', ...header };
      return new SignJWT(claims)
        .setProtectedHeader(JSON.parse(JSON.stringify(all)) as JWTHeaderParameters)
        .sign(key, { crit: { x: true } });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  const first = await tenant.newKey('first');
  return tenant;
}
