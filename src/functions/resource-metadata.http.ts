import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { resourceMetadata } from '../shared/http/resource-metadata.ts';

/** `GET /api/.well-known/oauth-protected-resource` */
export const handle: Handle<OpenCall> = (request, context) => Promise.resolve(resourceMetadata(request, context));
