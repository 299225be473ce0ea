import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const resourceMetadata: Operation = {
  id: 'GetResourceMetadata',
  tag: 'Service',
  summary: 'Get the metadata of the protected resource',
  description: 'Says whose bearer tokens the gateway takes (RFC 9728), in mode `entra`.',
  responses: { 200: { description: 'The metadata.', body: 'ResourceMetadata' } },
  problems: ['NO_RESOURCE_METADATA'],
  connector: 'none',
};
