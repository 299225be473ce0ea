import type { Handle, OpenCall } from '../shared/http/handler.ts';
import { documentResponse } from '../shared/http/openapi/document-response.ts';
import { OPERATIONS } from './operations.ts';
import { registeredRoutes } from './registered-routes.ts';

/** `GET /api/openapi.json` */
export const handle: Handle<OpenCall> = (request, context) =>
  documentResponse('3.1', request, context, { operations: OPERATIONS, routes: registeredRoutes() });
