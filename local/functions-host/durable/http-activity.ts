import type { HttpRequestAction } from './actions.ts';

const requestTimeoutMs = 100_000;
const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** `x-name` as `X-Name`: how .NET writes the headers of an answer. */
function titleCase(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * Makes a request of an orchestrator's `callHttp` and returns the answer whatever its status is. A `tokenSource` (managed identity) is refused.
 * Throws when there is no answer within 100 s.
 */
export async function requestHttp(
  request: HttpRequestAction,
): Promise<{ statusCode: number; content: string; headers: Record<string, string> }> {
  if (request.tokenSource) throw new Error('callHttp with a tokenSource is not supported by this host');
  const method = request.method.toUpperCase();
  const response = await fetch(request.uri, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(requestTimeoutMs),
    ...(request.headers ? { headers: request.headers } : {}),
    ...(request.content === undefined || withoutBody.has(method) ? {} : { body: request.content }),
  });
  const content = await response.text();
  const headers = Object.fromEntries([...response.headers].map(([name, value]) => [titleCase(name), value]));
  return { statusCode: response.status, content, headers };
}
