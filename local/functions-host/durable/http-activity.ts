import { z } from 'zod';
import type { HttpRequestAction } from './actions.ts';

const REQUEST_TIMEOUT_MS = 100_000;
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const tokenSourceSchema = z.looseObject({ resource: z.string() });
const tokenSchema = z.looseObject({ access_token: z.string() });

/** `x-name` as `X-Name`: how .NET writes the headers of a response. */
function titleCase(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** A token of the managed identity at `IDENTITY_ENDPOINT` (App Service's protocol); without one there is no token. */
async function identityToken(tokenSource: unknown, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const endpoint = env['IDENTITY_ENDPOINT'];
  if (tokenSource == null || !endpoint) return undefined;
  const url = new URL(endpoint);
  url.searchParams.set('api-version', '2019-08-01');
  url.searchParams.set('resource', tokenSourceSchema.parse(tokenSource).resource);
  const response = await fetch(url, {
    headers: { 'x-identity-header': env['IDENTITY_HEADER'] ?? '' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`the managed identity responded with ${response.status}`);
  return tokenSchema.parse(await response.json()).access_token;
}

/**
 * Makes a request of an orchestrator's `callHttp` and returns the response whatever its status is. A `tokenSource` is honoured where there is a managed
 * identity. @throws when there is no response within 100 s.
 */
export async function requestHttp(
  request: HttpRequestAction,
  env: NodeJS.ProcessEnv,
): Promise<{ statusCode: number; content: string; headers: Record<string, string> }> {
  const method = request.method.toUpperCase();
  const token = await identityToken(request.tokenSource, env);
  const response = await fetch(request.uri, {
    method,
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    headers: { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(request.content === undefined || WITHOUT_BODY.has(method) ? {} : { body: request.content }),
  });
  const content = await response.text();
  const headers = Object.fromEntries([...response.headers].map(([name, value]) => [titleCase(name), value]));
  return { statusCode: response.status, content, headers };
}
