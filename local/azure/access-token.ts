import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { ControlError } from '../emulator/control-plane.ts';

/** The gateway's application in the emulated tenant. */
export const GATEWAY_CLIENT_ID = '22222222-3333-4444-8555-666666666666';
/** The application that users sign in with, unless another is named. */
const CLIENT_ID = '33333333-4444-4555-8666-777777777777';
const LIFETIME_SECONDS = 3_600;
/** Entra leaves the groups out of a token where there are more. */
const MAX_GROUPS = 200;

const guid = z.guid();

/** Whom a token is for and what it grants: the body of the control `access-tokens`. */
export const accessTokenRequestSchema = z.strictObject({
  kind: z.enum(['user', 'app']).default('user'),
  version: z.enum(['1.0', '2.0']).default('2.0'),
  /** The user principal name of a user, the display name of an application. */
  name: z.string().min(1).default('ada@example.com'),
  /** By default made of the name, so that it stays the same. */
  object_id: guid.optional(),
  client_id: guid.default(CLIENT_ID),
  audience: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).optional(),
  roles: z.array(z.string().min(1)).default([]),
  groups: z.array(guid).default([]),
  /** A user of another tenant, who has been invited. */
  guest: z.boolean().default(false),
  expires_in_seconds: z.int().default(LIFETIME_SECONDS),
});

/** What issuers of version 1.0 begin with, whatever the address of the authority. */
export const V1_AUTHORITY = 'https://sts.windows.net';

/**
 * The claims of the access token that Entra would issue. What Entra would never issue is refused.
 * @throws ControlError 400
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function accessTokenClaims(
  request: z.output<typeof accessTokenRequestSchema>,
  tenant: { id: string; authority: string; nowSeconds: number },
): JWTPayload {
  const { kind, version, name, roles, groups, nowSeconds } = { ...request, ...tenant };
  const isApp = kind === 'app';
  refuseImpossible(request);
  const objectId = (request.object_id ?? guidOf(`${kind} ${name}`)).toLowerCase();
  const scopes = request.scopes ?? (isApp ? [] : ['user_impersonation']);
  const isV1 = version === '1.0';
  return {
    iss: isV1 ? `${V1_AUTHORITY}/${tenant.id}/` : `${tenant.authority}/${tenant.id}/v2.0`,
    aud: request.audience ?? (isV1 ? `api://${GATEWAY_CLIENT_ID}` : GATEWAY_CLIENT_ID),
    iat: nowSeconds,
    nbf: nowSeconds,
    exp: nowSeconds + request.expires_in_seconds,
    ver: version,
    tid: tenant.id,
    oid: objectId,
    // An application is its own subject; a user has another one in each application.
    sub: isApp ? objectId : createHash('sha256').update(`${objectId} ${request.client_id}`).digest('base64url'),
    uti: randomUUID(),
    [isV1 ? 'appid' : 'azp']: request.client_id,
    [isV1 ? 'appidacr' : 'azpacr']: isApp ? '1' : '0',
    ...(scopes.length > 0 ? { scp: scopes.join(' ') } : {}),
    ...(roles.length > 0 ? { roles } : {}),
    ...groupClaims(groups, objectId, tenant.id),
    ...(isApp ? (isV1 ? { app_displayname: name } : {}) : userNames(name, request, isV1)),
  };
}

function refuseImpossible({
  kind,
  version,
  audience,
  scopes = [],
  groups,
  guest,
}: z.output<typeof accessTokenRequestSchema>): void {
  if (kind === 'app' && scopes.length > 0) {
    throw new ControlError(400, 'Entra gives an application no scopes: name roles.');
  }
  if (kind === 'app' && (groups.length > MAX_GROUPS || guest)) {
    throw new ControlError(
      400,
      'An application is no guest, and this emulator puts at most 200 groups into its token.',
    );
  }
  if (version === '2.0' && audience !== undefined && !guid.safeParse(audience).success) {
    throw new ControlError(400, 'In version 2.0 the audience is always the client id of the application.');
  }
}

function userNames(name: string, { guest }: { guest: boolean }, isV1: boolean): JWTPayload {
  const names = { name, ...(guest ? { idp: `${V1_AUTHORITY}/00000000-0000-4000-8000-000000000001/` } : {}) };
  if (!isV1) return { ...names, preferred_username: name };
  return { ...names, unique_name: name, ...(guest ? {} : { upn: name }) };
}

function groupClaims(groups: readonly string[], objectId: string, tenantId: string): JWTPayload {
  if (groups.length === 0) return {};
  if (groups.length <= MAX_GROUPS) return { groups };
  const endpoint = `https://graph.windows.net/${tenantId}/users/${objectId}/getMemberObjects`;
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } };
}

/** The same id for the same text. */
function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
