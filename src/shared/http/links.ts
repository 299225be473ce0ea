import type { HttpRequest } from '@azure/functions';
import type { App } from '../app.ts';

/** The gateway's own address as its callers know it, without a slash at the end. */
export function baseUrl(request: HttpRequest, app: App): string {
  return app.config.publicUrl ?? new URL(request.url).origin;
}
