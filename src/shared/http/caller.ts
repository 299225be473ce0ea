import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import type { AuthMode } from '../config/config.ts';
import { callerWithoutRoles, type Caller } from '../domain/caller.ts';
import { principalCaller } from './client-principal.ts';
import { functionKey } from './function-key.ts';
import { ProblemError } from './problem.ts';

interface Authentication {
  /** What the Functions host itself asks for before a function that needs a caller is invoked. */
  authLevel: 'function' | 'anonymous';
  /** How to say who one is, for `WWW-Authenticate` (RFC 9110 §11.6.1). */
  challenge: string;
  /** Who calls; undefined where nothing in the request says so. */
  readCaller: (request: HttpRequest) => Caller | undefined | Promise<Caller | undefined>;
}

/** One mode at a time: what another one would look at is ignored. */
const AUTHENTICATION: Readonly<Record<AuthMode, Authentication>> = {
  keys: { authLevel: 'function', challenge: 'FunctionKey realm="gateway"', readCaller: keyCaller },
  'easy-auth': { authLevel: 'anonymous', challenge: 'Bearer realm="gateway"', readCaller: principalCaller },
  anonymous: { authLevel: 'anonymous', challenge: 'Bearer realm="gateway"', readCaller: () => ANONYMOUS },
};

const ANONYMOUS: Caller = callerWithoutRoles({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' });

/** Who calls. @throws ProblemError 401 where the request does not say so in the way that the mode asks for */
export async function callerOf(request: HttpRequest, mode: AuthMode): Promise<Caller> {
  const { challenge, readCaller } = AUTHENTICATION[mode];
  const caller = await readCaller(request);
  if (caller !== undefined) return caller;
  throw new ProblemError('UNAUTHENTICATED', 'The request carries no credentials that can be used.', { challenge });
}

/** What the host is to ask for before it invokes a function that needs a caller. */
export function authLevelOf(mode: AuthMode): Authentication['authLevel'] {
  return AUTHENTICATION[mode].authLevel;
}

/**
 * The host has checked the key and does not tell its name. The key itself must not be kept; its fingerprint tells
 * callers apart as long as the key lives.
 */
function keyCaller(request: HttpRequest): Caller | undefined {
  const key = functionKey(request);
  if (key === undefined) return undefined;
  const id = `key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return callerWithoutRoles({ kind: 'key', id, name: id });
}
