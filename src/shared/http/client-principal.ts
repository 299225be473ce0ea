import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import type { Caller } from '../domain/caller.ts';
import { userPrincipalNameOf } from '../identity/user-principal-name.ts';

/**
 * The principal that App Service authentication hands on, in `x-ms-client-principal`.
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
const principal = z.looseObject({
  /** The identity provider: Microsoft Entra. Ids of others mean nothing without their issuer. */
  auth_typ: z.literal('aad'),
  /** The type of the claims that hold roles. */
  role_typ: z.string().optional(),
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
const UPN = ['upn', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'];
const IDENTITY_PROVIDER = ['idp', 'http://schemas.microsoft.com/identity/claims/identityprovider'];
const ROLES = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
/** Stands in the place of the groups where there are too many of them. */
const GROUPS_OVERAGE = ['_claim_names', 'hasgroups'];

/**
 * The caller that the platform has authenticated, known as `tenant/object`: an object id alone may be given out by
 * any tenant, and names are chosen by those who bear them. Undefined where there is none or it cannot be read.
 */
export function principalCaller(request: HttpRequest): Caller | undefined {
  const known = principalOf(request.headers.get('x-ms-client-principal') ?? '');
  if (known === undefined) return undefined;
  const { claims, role_typ: roleType = 'roles' } = known;
  const tenantId = onlyGuid(claims, TENANT_ID);
  const objectId = onlyGuid(claims, OBJECT_ID);
  if (tenantId === undefined || objectId === undefined) return undefined;
  const first = (types: readonly string[]) => claims.find(({ typ }) => types.includes(typ))?.val;
  const all = (types: readonly string[]) => claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);
  const isApp = first(['idtyp']) === 'app' || (first(SCOPE) === undefined && first(APPLICATION) !== undefined);
  const id = `${tenantId}/${objectId}`;
  const userPrincipalName = isApp
    ? undefined
    : userPrincipalNameOf({
        upn: first(UPN),
        preferredUsername: first(['preferred_username']),
        idp: first(IDENTITY_PROVIDER),
        iss: first(['iss']),
        acct: first(['acct']),
      });
  const name = first(NAME)?.replaceAll(/\p{C}/gu, '').slice(0, MAX_NAME_CHARS);
  return {
    kind: isApp ? 'app' : 'user',
    id,
    name: userPrincipalName ?? (name === undefined || name === '' ? id : name),
    roles: all([roleType, ...ROLES]),
    groups: all(['groups']),
    groupsOverage: first(GROUPS_OVERAGE) !== undefined,
    ...(userPrincipalName === undefined ? {} : { userPrincipalName }),
  };
}

type Principal = z.infer<typeof principal>;
type Claims = Principal['claims'];

function principalOf(encoded: string): Principal | undefined {
  if (encoded === '' || encoded.length > MAX_PRINCIPAL_CHARS) return undefined;
  try {
    return principal.safeParse(JSON.parse(Buffer.from(encoded, 'base64').toString())).data;
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
