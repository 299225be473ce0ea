import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../context.ts';
import { json } from './handler.ts';
import { baseUrl } from './links.ts';
import { ProblemError } from './problem.ts';

/**
 * The document that says to clients of mode `entra` whose tokens the gateway takes (RFC 9728 §2).
 * @throws {ProblemError} 404 in the other modes, which take no bearer tokens
 */
export function resourceMetadata(request: HttpRequest, context: AppContext): HttpResponseInit {
  const { entra } = context.config.auth;
  if (entra === undefined) throw new ProblemError('NO_RESOURCE_METADATA', 'The gateway takes no bearer tokens.');
  return json(200, {
    resource: `${baseUrl(request, context)}/api`,
    resource_name: 'Databricks Gateway',
    authorization_servers: entra.tenantIds.map((tenantId) => `${entra.authority}/${tenantId}/v2.0`),
    scopes_supported: entra.audiences.map((audience) => `${audience}/.default`),
    bearer_methods_supported: ['header'],
  });
}
