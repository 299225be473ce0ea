import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import type { AppContext } from '../context.ts';
import type { AuthMode } from '../config/auth-config.ts';
import { isLoopback } from '../config/service-url.ts';
import { callerWithoutRoles, type Caller } from '../domain/caller.ts';
import { TokenError } from '../identity/token-error.ts';
import { bearerToken } from './bearer-token.ts';
import { principalCaller } from './client-principal.ts';
import { functionKey } from './function-key.ts';
import { KeyNamesUnavailableError } from '../identity/key-names.ts';
import { baseUrl } from './links.ts';
import { ProblemError } from './problem.ts';

/** What of the app identifies who calls. */
type Authenticators = Pick<AppContext, 'config' | 'keyNames' | 'tokenVerifier'>;

/** What of the host does; its address is made only where it is needed. */
export interface Invocation {
  functionName: string;
  hostOrigin: () => string;
}

interface Authentication {
  /** How to say who one is, for `WWW-Authenticate` (RFC 9110 §11.6.1). */
  challenge: (request: HttpRequest, context: Authenticators) => string;
  /** Who calls; undefined where nothing in the request says so. */
  readCaller: (
    request: HttpRequest,
    context: Authenticators,
    invocation: Invocation,
  ) => Caller | undefined | Promise<Caller | undefined>;
}

/** One mode at a time: what another one would look at is ignored. */
const AUTHENTICATION: Readonly<Record<AuthMode, Authentication>> = {
  keys: { challenge: () => 'FunctionKey realm="gateway"', readCaller: keyCaller },
  'easy-auth': { challenge: () => 'Bearer realm="gateway"', readCaller: platformCaller },
  entra: { challenge: entraChallenge, readCaller: tokenCaller },
  anonymous: { challenge: () => 'Bearer realm="gateway"', readCaller: () => ANONYMOUS },
};

const ANONYMOUS: Caller = callerWithoutRoles({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' });

/**
 * Who calls.
 * @throws {ProblemError} 401 where the request does not say so in the way that the mode asks for
 * @throws {SigningKeysUnavailableError} the caller cannot be identified now: a tenant's keys cannot be read
 * @throws {KeyNamesUnavailableError} the caller cannot be identified now: the host's keys cannot be read
 */
export async function callerOf(request: HttpRequest, context: Authenticators, invocation: Invocation): Promise<Caller> {
  const { challenge, readCaller } = AUTHENTICATION[context.config.auth.mode];
  const refuse = (detail: string, error = ''): never => {
    throw new ProblemError('UNAUTHENTICATED', detail, { challenge: `${challenge(request, context)}${error}` });
  };
  try {
    const caller = await readCaller(request, context, invocation);
    return caller ?? refuse('The request carries no credentials that can be used.');
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return refuse(error.message, `, error="invalid_token", error_description="${error.message}"`);
  }
}

/**
 * The host has checked the key. Where its keys can be listed the caller is the key's name, which outlives the key; else
 * a fingerprint distinguishes callers as long as the key lives. The key itself must not be kept.
 */
async function keyCaller(
  request: HttpRequest,
  { config, keyNames }: Authenticators,
  { functionName, hostOrigin }: Invocation,
): Promise<Caller | undefined> {
  const key = functionKey(request);
  if (key === undefined) return undefined;
  const id =
    keyNames === undefined
      ? `key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
      : await keyNames.nameOf(key, { origin: config.platformUrl ?? loopback(hostOrigin()), functionName });
  return callerWithoutRoles({ kind: 'key', id, name: id });
}

/** The master key goes to the platform's name of the app or to this machine, and nowhere else. */
function loopback(origin: string): string {
  if (isLoopback(new URL(origin).hostname)) return origin;
  throw new KeyNamesUnavailableError();
}

/**
 * Browsers send the platform's cookie along whatever page asks: what changes something is taken from the gateway's own
 * page, and from clients that are no browsers.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
function platformCaller(request: HttpRequest): Caller | undefined {
  const site = request.headers.get('sec-fetch-site') ?? 'none';
  const isOwn = site === 'none' || site === 'same-origin';
  return request.method === 'GET' || isOwn ? principalCaller(request) : undefined;
}

async function tokenCaller(request: HttpRequest, { tokenVerifier }: Authenticators): Promise<Caller | undefined> {
  const token = bearerToken(request);
  return token === undefined ? undefined : tokenVerifier?.callerOf(token);
}

/** Names the document that says where to get a token (RFC 9728 §5.1). */
function entraChallenge(request: HttpRequest, context: Authenticators): string {
  return `Bearer realm="gateway", resource_metadata="${baseUrl(request, context)}/api/.well-known/oauth-protected-resource"`;
}
