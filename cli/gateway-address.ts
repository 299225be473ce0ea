import type { COMMON_OPTIONS } from './common-options.ts';
import { UsageError } from './failures.ts';
import type { GatewayAddress } from './gateway-client.ts';
import { secondsOf } from './numbers.ts';
import type { Values } from './options.ts';

const DEFAULT_RETRY_SECONDS = 60;

/**
 * Where the gateway is and who calls, by flags or else the environment.
 * @throws {UsageError} no address, one that credentials may not go to, or two kinds of credentials; the message quotes
 * none of them
 */
export function gatewayAddress(
  values: Values<typeof COMMON_OPTIONS>,
  env: Readonly<Record<string, string | undefined>>,
): GatewayAddress {
  const url = addressOf(values.url ?? env['GATEWAY_URL']);
  const headers = credentialsOf(values, env);
  if (url.protocol === 'http:' && Object.keys(headers).length > 0 && !isLoopback(url.hostname))
    throw new UsageError('Credentials go over https only, but to this machine itself.');
  const retrySeconds = values['retry-seconds'];
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`,
    headers,
    retryMs: (retrySeconds === undefined ? DEFAULT_RETRY_SECONDS : secondsOf('--retry-seconds', retrySeconds)) * 1_000,
  };
}

function addressOf(text: string | undefined): URL {
  if (text === undefined || text === '')
    throw new UsageError(
      'Where is the gateway? Set GATEWAY_URL, or give --url. Of the local stack it is http://127.0.0.1:7071.',
    );
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('The address has to be an http or https URL.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError('The address may have no credentials, no query and no fragment.');
  return url;
}

/** Flags win over the environment; of one of them, a key and a token are one too many. */
function credentialsOf(
  { key, token }: { key?: string | undefined; token?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const given = key !== undefined || token !== undefined ? { key, token } : environmentCredentials(env);
  if (given.key && given.token) throw new UsageError('A key and a token are both given: who are you?');
  for (const text of [given.key, given.token])
    if (text !== undefined && !/^[\u0021-\u007E]*$/.test(text)) throw new UsageError('These are no credentials.');
  if (given.key) return { 'x-functions-key': given.key };
  return given.token ? { authorization: `Bearer ${given.token}` } : {};
}

function environmentCredentials(env: Readonly<Record<string, string | undefined>>) {
  return { key: env['GATEWAY_KEY'], token: env['GATEWAY_TOKEN'] };
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
