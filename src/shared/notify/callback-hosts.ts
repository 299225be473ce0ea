import { isIP } from 'node:net';
import { isAllowedHost } from '../domain/allowed-hosts.ts';
import { isLoopback } from '../config/service-url.ts';
import { isPublicAddress } from '../net/public-address.ts';

/** Where callbacks may go, lower case: `host`, `host:port` or `*.domain`; without a port it is the default one. */
export interface CallbackHosts {
  allowed: readonly string[];
  /** Hosts that are allowed too, and may have addresses of a private network. */
  allowedPrivate: readonly string[];
}

/**
 * Why a callback may not go to an address, or undefined where it may. Anything that the operator does not name would
 * let callers reach into the network.
 */
export function callbackProblem(callbackUrl: string, hosts: CallbackHosts): string | undefined {
  const url = URL.parse(callbackUrl);
  if (url === null) return 'what is no URL cannot be made.';
  if (url.username !== '' || url.password !== '') return `${url.host} must not hold credentials.`;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    return `${url.host} must use https.`;
  if (!isAllowedHost(url, [...hosts.allowed, ...hosts.allowedPrivate]))
    return `${url.host} are not allowed here: CALLBACK_ALLOWED_HOSTS does not name it.`;
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !isPublicAddress(address) && !mayBePrivate(url, hosts))
    return `${url.host} are not allowed here: CALLBACK_ALLOWED_PRIVATE_HOSTS does not name it.`;
  return undefined;
}

/**
 * Whether a host may have an address that is not public: where it stands among the private hosts, or is this machine,
 * which is not named by mistake.
 */
export function mayBePrivate(url: URL, { allowed, allowedPrivate }: CallbackHosts): boolean {
  return isAllowedHost(url, allowedPrivate) || (isLoopback(url.hostname) && isAllowedHost(url, allowed));
}
