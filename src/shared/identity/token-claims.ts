import * as z from 'zod';
import type { Caller } from '../domain/caller.ts';
import { TokenError } from './token-error.ts';
import { userPrincipalNameOf } from './user-principal-name.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const guid = z.string().regex(GUID).toLowerCase();
/** A claim that nothing is decided by: what cannot be read of it is left out. */
const label = z.string().max(1_024).optional().catch(undefined);
const values = z.array(z.string().min(1).max(256)).max(1_000);

/**
 * The claims of an access token that something is decided by, of either version. Both always name the application that
 * asked for the token, which id tokens do not.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
const tokenClaims = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  sub: z.string().min(1),
  exp: z.number(),
  nbf: z.number(),
  tid: guid,
  oid: guid,
  ver: z.enum(['1.0', '2.0']),
  /** The application that asked for the token, in version 1.0. */
  appid: guid.optional(),
  /** The same in version 2.0. */
  azp: guid.optional(),
  /** An optional claim. */
  idtyp: z.string().optional(),
  scp: z.string().max(4_096).optional(),
  roles: z
    .union([
      values,
      z
        .string()
        .min(1)
        .max(256)
        .transform((role) => [role]),
    ])
    .optional(),
  groups: values.optional(),
  /** Stands in the place of `groups` where there are too many of them. */
  _claim_names: z.looseObject({ groups: z.unknown() }).partial().optional(),
  hasgroups: z.union([z.boolean(), z.string()]).optional(),
  upn: label,
  preferred_username: label,
  name: label,
  app_displayname: label,
  idp: z.string().optional(),
  acct: z.union([z.string(), z.number()]).optional(),
});

type TokenClaims = z.output<typeof tokenClaims>;

const MAX_NAME_CHARS = 256;

/** A token of which the signature, the times, the issuer and the audience are right. */
export interface VerifiedClaims {
  payload: unknown;
  /** The tenant that the issuer stands for. */
  tenantId: string;
  /** The version that the issuer stands for. */
  version: '1.0' | '2.0';
}

/**
 * Whom a verified token makes the caller. A user's token has scopes; an application's has app roles, and its subject is
 * the application itself.
 * @throws {TokenError} `claims` or `permissions`
 */
export function callerOfClaims({ payload, tenantId, version }: VerifiedClaims): Caller {
  const parsed = tokenClaims.safeParse(payload);
  if (!parsed.success) throw new TokenError('claims');
  const claims = parsed.data;
  const clientId = version === '1.0' ? claims.appid : claims.azp;
  if (claims.ver !== version || claims.tid !== tenantId || clientId === undefined) throw new TokenError('claims');
  const kind = kindOf(claims);
  return {
    kind,
    id: `${claims.tid}/${claims.oid}`,
    roles: claims.roles ?? [],
    groups: claims.groups ?? [],
    groupsOverage: claims._claim_names?.groups !== undefined || isTrue(claims.hasgroups),
    ...(kind === 'user' ? namesOfUser(claims) : { name: labelOf(claims.app_displayname) ?? clientId }),
  };
}

function kindOf({ scp, roles, idtyp, sub, oid }: TokenClaims): 'user' | 'app' {
  const isApp = idtyp === undefined ? sub.toLowerCase() === oid : idtyp === 'app';
  const hasScope = scp !== undefined && scp.trim() !== '';
  if (isApp && hasScope) throw new TokenError('claims');
  if (!hasScope && (roles === undefined || roles.length === 0)) throw new TokenError('permissions');
  // Roles without a scope are an application's: a user's token without one is no access token.
  if (!hasScope && !isApp) throw new TokenError('claims');
  return isApp ? 'app' : 'user';
}

function namesOfUser(claims: TokenClaims): Pick<Caller, 'name' | 'userPrincipalName'> {
  const { upn, preferred_username: preferredUsername, idp, iss, acct } = claims;
  const userPrincipalName = userPrincipalNameOf({ upn, preferredUsername, idp, iss, acct });
  const name = userPrincipalName ?? labelOf(preferredUsername) ?? labelOf(claims.name) ?? `${claims.tid}/${claims.oid}`;
  return { name, ...(userPrincipalName === undefined ? {} : { userPrincipalName }) };
}

/** A name to show: bounded, and without what could break a line. */
function labelOf(text: string | undefined): string | undefined {
  const shown = text?.replaceAll(/\p{C}/gu, '').slice(0, MAX_NAME_CHARS);
  return shown === '' ? undefined : shown;
}

function isTrue(value: boolean | string | undefined): boolean {
  return value === true || value === 'true';
}
