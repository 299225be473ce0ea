import type { IncomingMessage, ServerResponse } from 'node:http';

/** Cross-origin rules of local.settings.json's `Host.CORS` (comma-separated origins, or *) and `Host.CORSCredentials`. */
export interface CorsRules {
  origins: string[];
  credentials: boolean;
}

/** The CORS rules of the settings; undefined where there are none. */
export function readCorsRules(host: {
  CORS?: string | undefined;
  CORSCredentials?: boolean | string | undefined;
}): CorsRules {
  return {
    origins: (host.CORS ?? '')
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, ''))
      .filter(Boolean),
    credentials: String(host.CORSCredentials).toLowerCase() === 'true',
  };
}

/** Adds CORS headers for an allowed origin; responds to a preflight request and then returns true. */
export function applyCors(rules: CorsRules, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (rules.origins.length === 0 || origin === undefined) return false;
  const isAny = rules.origins.includes('*');
  const isAllowed = isAny || rules.origins.some((each) => each.toLowerCase() === origin.toLowerCase());
  const method = request.headers['access-control-request-method'];
  const isPreflight = request.method === 'OPTIONS' && method !== undefined;
  if (isAllowed) {
    response.setHeader('access-control-allow-origin', isAny && !rules.credentials ? '*' : origin);
    if (rules.credentials) response.setHeader('access-control-allow-credentials', 'true');
    if (!isAny || rules.credentials) response.appendHeader('vary', 'Origin');
  }
  if (!isPreflight) return false;
  if (isAllowed) {
    response.setHeader('access-control-allow-methods', method);
    const headers = request.headers['access-control-request-headers'];
    if (headers) response.setHeader('access-control-allow-headers', headers);
  }
  response.writeHead(204).end();
  return true;
}
