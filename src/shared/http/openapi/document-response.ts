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

/** The document of a version of OpenAPI, for this deployment. The texts are loaded with the first. */
export async function documentResponse(
  version: '3.1' | '2.0',
  request: HttpRequest,
  context: AppContext,
  { operations, routes }: DocumentSource,
): Promise<HttpResponseInit> {
  const deployment = { baseUrl: baseUrl(request, context), auth: context.config.auth };
  const { describedRoutes } = await import('./described-route.ts');
  const described = describedRoutes(operations, routes);
  if (version === '3.1') {
    const { openApiDocument } = await import('./openapi-document.ts');
    return json(200, openApiDocument(described, deployment));
  }
  const { swaggerDocument } = await import('./swagger-document.ts');
  return json(200, swaggerDocument(described, deployment));
}
