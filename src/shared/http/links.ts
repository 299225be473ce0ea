import type { HttpRequest } from '@azure/functions';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/service-url.ts';
import { ProblemError } from './problem.ts';

type Addresses = Pick<Config, 'publicUrl' | 'platformUrl'>;

/**
 * The gateway's own address as its callers know it, without a slash at the end: `PUBLIC_URL`, else the platform's name
 * of the app, else, on a developer's machine, what the request says. Pollers send their credentials to where links
 * lead, so that a Host which a client made up must never become one.
 * @throws {ProblemError} 421 where the request is for another host
 */
export function baseUrl(request: HttpRequest, { config }: { config: Addresses }): string {
  const requested = requestedHost(request, config);
  return ownUrl({ config }, () => `${new URL(request.url).protocol}//${requested.host}`);
}

/** The same where nothing but the settings says it; `localUrl`: the address on a developer's machine. */
export function ownUrl({ config }: { config: Addresses }, localUrl: () => string): string {
  return config.publicUrl ?? config.platformUrl ?? localUrl();
}

/** @throws {ProblemError} 421 where the request is for a host that is not the gateway's */
export function checkHost(request: HttpRequest, { config }: { config: Addresses }): void {
  requestedHost(request, config);
}

function requestedHost(request: HttpRequest, { publicUrl, platformUrl }: Addresses): URL {
  // The Host itself: the address of a request whose body streams is made from X-Forwarded-Host, which anybody may send.
  const requested = parseHost(request.headers.get('host') ?? new URL(request.url).host);
  const own = [publicUrl, platformUrl].flatMap((url) => (url === undefined ? [] : [new URL(url).host]));
  if (requested !== undefined && (isLoopback(requested.hostname) || own.includes(requested.host))) return requested;
  throw new ProblemError('MISDIRECTED_REQUEST', 'The request is for a host that is not the gateway.');
}

/** A host and port as a URL, without the port that https implies; undefined for anything else. */
function parseHost(text: string): URL | undefined {
  const isHost = /^(?:\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::\d{1,5})?$/i.test(text);
  return isHost ? (URL.parse(`https://${text}`) ?? undefined) : undefined;
}
