import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { json } from '../handler.ts';
import { baseUrl } from '../links.ts';
import type { Route } from './described-route.ts';
import type { Operation } from './operation.ts';

/** What documents are made of. */
export interface DocumentSource {
  operations: Readonly<Record<string, Operation>>;
  routes: readonly Route[];
}

/** The OpenAPI document, for this deployment. The texts are loaded with the first request for it. */
export async function documentResponse(
  request: HttpRequest,
  context: AppContext,
  { operations, routes }: DocumentSource,
): Promise<HttpResponseInit> {
  const deployment = { baseUrl: baseUrl(request, context), auth: context.config.auth };
  const { describedRoutes } = await import('./described-route.ts');
  const described = describedRoutes(operations, routes);
  const { openApiDocument } = await import('./openapi-document.ts');
  return json(200, openApiDocument(described, deployment));
}
