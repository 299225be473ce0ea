import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { controlBody, ControlError, type ControlRequest } from '../emulator/control-plane.ts';
import { sendJson, startEmulator, type EmulatedRequest, type Emulator } from '../emulator/emulator.ts';
import { accessTokenClaims, accessTokenRequestSchema, V1_AUTHORITY } from './access-token.ts';
import { SigningKeys } from './signing-keys.ts';
import { UserSignIn } from './user-sign-in.ts';
import type { TokenIssuer } from './token-verifier.ts';

/** The tenant of every token. */
export const TENANT_ID = '11111111-2222-4333-8444-555555555555';
/** The application of the system-assigned identity. */
const SYSTEM_ASSIGNED_CLIENT_ID = '66666666-7777-4888-8999-000000000000';
/** The directory object of the system-assigned identity. */
const SYSTEM_ASSIGNED_OBJECT_ID = '12345678-90ab-4cde-8f01-234567890abc';
const LIFETIME_SECONDS = 3_600;
const API_VERSION = '2019-08-01';

/** What the identity endpoint is started with. */
export interface ManagedIdentityOptions {
  port?: number;
  /** The control plane's bearer token. */
  token: string;
  /** What callers must send as `X-IDENTITY-HEADER`. */
  identityHeader: string;
}

/** A running identity endpoint, which signs tokens too. */
export interface ManagedIdentity extends Emulator, TokenIssuer {
  /** The value of `IDENTITY_ENDPOINT`. */
  readonly endpoint: string;
}

const tokenRequestSchema = z.strictObject({
  audience: z.string().min(1),
  claims: z.record(z.string(), z.unknown()).default({}),
  expires_in_seconds: z.int().default(LIFETIME_SECONDS),
});

/**
 * Starts App Service's identity endpoint (`IDENTITY_ENDPOINT`, api-version 2019-08-01) together with the key set and the
 * OpenID configuration of the tenant that signs its tokens, and the sign-in of people in a page. Controls: `POST /_emulator/access-tokens` signs a token for a
 * user or an application as Entra would, `{ access_token }`; `POST /_emulator/tokens`
 * `{ audience, claims?, expires_in_seconds? }` signs whatever it is given; `POST /_emulator/signing-keys` signs with a new
 * key from then on, and `DELETE /_emulator/signing-keys/{kid}` publishes an earlier one no longer.
 */
export async function startManagedIdentity(options: ManagedIdentityOptions): Promise<ManagedIdentity> {
  const keys = await SigningKeys.create();
  let url = '';

  // Managed identities have tokens of version 1.0.
  const issuer = `${V1_AUTHORITY}/${TENANT_ID}/`;
  const jwksUrl = (): string => `${url}/${TENANT_ID}/discovery/v2.0/keys`;

  function sign(audience: string, claims: Record<string, unknown>, expiresAt: number): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const standard = { iss: issuer, aud: audience, iat: now, exp: expiresAt };
    return keys.sign({ ver: '1.0', tid: TENANT_ID, nbf: now, uti: randomUUID(), ...claims, ...standard });
  }

  async function respondWithToken({ headers, response, url: { searchParams } }: EmulatedRequest): Promise<void> {
    const resource = searchParams.get('resource');
    if (headers['x-identity-header'] !== options.identityHeader)
      return refuse(response, 401, 'The X-IDENTITY-HEADER header is missing or wrong.');
    if (searchParams.get('api-version') !== API_VERSION)
      return refuse(response, 400, `The api-version must be ${API_VERSION}.`);
    if (!resource) return refuse(response, 400, 'The resource parameter is missing.');

    const clientId = searchParams.get('client_id');
    const objectId = clientId ?? searchParams.get('principal_id') ?? SYSTEM_ASSIGNED_OBJECT_ID;
    const expiresAt = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
    const claims = {
      appid: clientId ?? SYSTEM_ASSIGNED_CLIENT_ID,
      oid: objectId,
      sub: objectId,
      idtyp: 'app',
      xms_mirid: searchParams.get('mi_res_id') ?? undefined,
    };
    sendJson(response, 200, {
      access_token: await sign(resource.replace(/\/+$/, ''), claims, expiresAt),
      client_id: claims.appid,
      // Text, as App Service has it: clients that take it for a number lose the token's end.
      expires_on: String(expiresAt),
      not_before: String(expiresAt - LIFETIME_SECONDS),
      resource,
      token_type: 'Bearer',
    });
  }

  const people = new UserSignIn((scope, client_id) => {
    const audience = scope
      .split(' ')
      .find((each) => each.endsWith('/.default'))
      ?.replace(/\/\.default$/, '');
    const who = accessTokenRequestSchema.parse({ client_id, ...(audience === undefined ? {} : { audience }) });
    const tenant = { id: TENANT_ID, authority: url, nowSeconds: Math.floor(Date.now() / 1_000) };
    return keys.sign(accessTokenClaims(who, tenant));
  });

  const emulator = await startEmulator({
    ...(options.port === undefined ? {} : { port: options.port }),
    token: options.token,
    operationOf: ({ url: { pathname } }) => operationOf(pathname),
    async handle(request) {
      const operation = request.method === 'GET' ? operationOf(request.url.pathname) : '';
      if (operation === 'token') return respondWithToken(request);
      if (operation === 'keys') return sendJson(request.response, 200, { keys: keys.publicKeys });
      if (operation === 'openid-configuration')
        return sendJson(request.response, 200, {
          issuer: isV2(request.url.pathname) ? `${url}/${TENANT_ID}/v2.0` : issuer,
          jwks_uri: jwksUrl(),
          authorization_endpoint: `${url}/${TENANT_ID}/oauth2/v2.0/authorize`,
          token_endpoint: `${url}/${TENANT_ID}/oauth2/v2.0/token`,
          id_token_signing_alg_values_supported: ['RS256'],
          response_types_supported: ['code'],
          subject_types_supported: ['pairwise'],
        });
      if (request.url.pathname === `/${TENANT_ID}/oauth2/v2.0/authorize` && request.method === 'GET')
        return people.authorize(request);
      if (request.url.pathname === `/${TENANT_ID}/oauth2/v2.0/token` && isOfPage(request))
        return people.redeem(request);
      if (/\/oauth2\/(v2\.0\/)?(token|authorize)$/.test(request.url.pathname))
        return sendJson(request.response, 400, UNSUPPORTED_GRANT);
      refuse(request.response, 404, `There is no ${request.method} ${request.url.pathname}.`);
    },
    controls: {
      'access-tokens': async (request) => {
        const tenant = { id: TENANT_ID, authority: url, nowSeconds: Math.floor(Date.now() / 1_000) };
        return {
          access_token: await keys.sign(accessTokenClaims(controlBody(request, accessTokenRequestSchema), tenant)),
        };
      },
      'signing-keys': (request, kid) => controlKeys(keys, request, kid),
      tokens: async (request) => {
        const { audience, claims, expires_in_seconds } = controlBody(request, tokenRequestSchema);
        const expiresAt = Math.floor(Date.now() / 1_000) + expires_in_seconds;
        return { access_token: await sign(audience, claims, expiresAt) };
      },
    },
    faultResponse: (fault) => ({
      body: { statusCode: fault.status, message: fault.message ?? 'An unexpected error.' },
    }),
  });
  ({ url } = emulator);
  return { ...emulator, endpoint: `${url}/msi/token`, issuer, jwksUrl: jwksUrl() };
}

/** A page redeems a code; everything else that asks for tokens here has another way. */
function isOfPage({ method, body }: EmulatedRequest): boolean {
  return method === 'POST' && new URLSearchParams(body.toString()).get('grant_type') === 'authorization_code';
}

/** Applications get no tokens here as at Entra; the words are those of RFC 6749 §5.2. */
const UNSUPPORTED_GRANT = {
  error: 'unsupported_grant_type',
  error_description:
    'The local identity emulator redeems the codes of pages alone: POST /_emulator/access-tokens signs a token of any caller.',
};

async function controlKeys(keys: SigningKeys, { method }: ControlRequest, kid: string): Promise<unknown> {
  if (method === 'POST' && kid === '') return { kid: await keys.rotate() };
  if (method === 'GET' && kid === '') return { current: keys.kid, kids: keys.publicKeys.map((key) => key.kid) };
  if (method !== 'DELETE') throw new ControlError(405, 'signing-keys takes POST, GET and DELETE.');
  if (!keys.withdraw(kid)) throw new ControlError(404, `There is no key ${kid} that could be withdrawn.`);
  return {};
}

function isV2(pathname: string): boolean {
  return pathname.includes('/v2.0/');
}

function operationOf(pathname: string): string {
  if (pathname === '/' || pathname.toLowerCase() === '/msi/token') return 'token';
  if (pathname.endsWith('/discovery/v2.0/keys')) return 'keys';
  return pathname.endsWith('/.well-known/openid-configuration') ? 'openid-configuration' : '';
}

function refuse(response: EmulatedRequest['response'], statusCode: number, message: string): void {
  sendJson(response, statusCode, { statusCode, message, correlationId: randomUUID() });
}
