import type { HttpRequest } from '@azure/functions';

/** The token of an `Authorization` header (RFC 6750 §2.1); undefined where there is none. */
export function bearerToken(request: HttpRequest): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.get('authorization')?.trim() ?? '')?.[1];
}
