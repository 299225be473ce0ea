import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { callerWithoutRoles, type Caller } from '../domain/caller.ts';

/**
 * The principal that App Service authentication hands on, in `x-ms-client-principal`.
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
const principal = z.looseObject({
  /** The identity provider: Microsoft Entra. Ids of others mean nothing without their issuer. */
  auth_typ: z.literal('aad'),
  claims: z.array(z.looseObject({ typ: z.string(), val: z.string() })).max(1_000),
});

const MAX_PRINCIPAL_CHARS = 64 * 1024;
const MAX_NAME_CHARS = 256;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const TENANT_ID = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];
const OBJECT_ID = ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'];
const SCOPE = ['scp', 'http://schemas.microsoft.com/identity/claims/scope'];
const APPLICATION = ['azp', 'appid'];
const NAME = ['preferred_username', 'name'];

/**
 * The caller that the platform has authenticated, known as `tenant/object`: an object id alone may be given out by
 * any tenant, and names are chosen by those who bear them. Undefined where there is none or it cannot be read.
 */
export function principalCaller(request: HttpRequest): Caller | undefined {
  const claims = claimsOf(request.headers.get('x-ms-client-principal') ?? '');
  if (claims === undefined) return undefined;
  const tenantId = onlyGuid(claims, TENANT_ID);
  const objectId = onlyGuid(claims, OBJECT_ID);
  if (tenantId === undefined || objectId === undefined) return undefined;
  const id = `${tenantId}/${objectId}`;
  const first = (types: readonly string[]) => claims.find(({ typ }) => types.includes(typ))?.val;
  const isApp = first(['idtyp']) === 'app' || (first(SCOPE) === undefined && first(APPLICATION) !== undefined);
  const name = first(NAME)?.replaceAll(/\p{C}/gu, '').slice(0, MAX_NAME_CHARS);
  return callerWithoutRoles({ kind: isApp ? 'app' : 'user', id, name: name === undefined || name === '' ? id : name });
}

type Claims = z.infer<typeof principal>['claims'];

function claimsOf(encoded: string): Claims | undefined {
  if (encoded === '' || encoded.length > MAX_PRINCIPAL_CHARS) return undefined;
  try {
    return principal.safeParse(JSON.parse(Buffer.from(encoded, 'base64').toString())).data?.claims;
  } catch {
    return undefined;
  }
}

/** The one value of a claim, whichever of its names it goes by; undefined where two of them disagree. */
function onlyGuid(claims: Claims, types: readonly string[]): string | undefined {
  const values = new Set(claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val.toLowerCase()));
  const [value] = values;
  return value !== undefined && values.size === 1 && GUID.test(value) ? value : undefined;
}
