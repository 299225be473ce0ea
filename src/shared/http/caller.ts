import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Caller } from '../domain/run-request.ts';
import { functionKey } from './function-key.ts';
import { ProblemError } from './problem.ts';

/** Who calls. Raises ProblemError 401 where a principal is due and none came. */
export function callerOf(request: HttpRequest, mode: Config['auth']['mode']): Caller {
  // The principal headers may be believed only where the platform sets them, and strips those of strangers.
  if (mode === 'easy-auth') return principalOf(request);
  const key = functionKey(request);
  if (key === undefined) return { kind: 'anonymous', id: 'anonymous', name: 'anonymous' };
  // The key itself must not be kept; its fingerprint tells callers apart as long as the key lives.
  const id = `key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return { kind: 'key', id, name: id };
}

/** The principal that App Service authentication hands on. @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities */
const principal = z.looseObject({ claims: z.array(z.looseObject({ typ: z.string(), val: z.string() })).default([]) });

const OBJECT_ID_CLAIMS = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];
const APPLICATION_CLAIMS = ['azp', 'appid'];

function principalOf(request: HttpRequest): Caller {
  const encoded = request.headers.get('x-ms-client-principal');
  if (encoded === null) throw new ProblemError(401, 'UNAUTHENTICATED', 'The request carries no credentials.');
  let claims: { typ: string; val: string }[];
  try {
    claims = principal.parse(JSON.parse(Buffer.from(encoded, 'base64').toString())).claims;
  } catch {
    throw new ProblemError(401, 'UNAUTHENTICATED', 'The principal that came with the request cannot be read.');
  }
  const claim = (names: string[]) => claims.find(({ typ }) => names.includes(typ))?.val;
  const id = claim(OBJECT_ID_CLAIMS) ?? request.headers.get('x-ms-client-principal-id');
  if (id === null)
    throw new ProblemError(401, 'UNAUTHENTICATED', 'The principal that came with the request has no id.');
  const isApp = claim(['idtyp']) === 'app' || (claim(['scp']) === undefined && claim(APPLICATION_CLAIMS) !== undefined);
  const name = claim(['preferred_username', 'name']) ?? request.headers.get('x-ms-client-principal-name') ?? id;
  return { kind: isApp ? 'app' : 'user', id, name };
}
