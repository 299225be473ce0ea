import type { HttpRequest } from '@azure/functions';

const TIMEOUT_MS = 3_000;

/**
 * The function key that a request carries, checked or not; the header wins over the query, as it does at the host,
 * which reads names of the query whatever their case.
 */
export function functionKey(request: HttpRequest): string | undefined {
  const inQuery = () => [...request.query].find(([name]) => name.toLowerCase() === 'code')?.[1];
  return (request.headers.get('x-functions-key') ?? inQuery()) || undefined;
}

/**
 * Whether the host takes this key. A route that is open to all gets any key unchecked, and the host alone knows the
 * true ones: it is asked, at its own address, with a request to a route that is not open. No response is a no.
 */
export async function isFunctionKey(hostOrigin: string, key: string): Promise<boolean> {
  try {
    const response = await fetch(`${hostOrigin}/api/health/key`, {
      headers: { 'x-functions-key': key },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.status === 204;
  } catch {
    return false;
  }
}
