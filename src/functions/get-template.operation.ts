import type { Operation } from '../shared/http/openapi/operation.ts';
import { TEMPLATE_NAME } from '../shared/http/openapi/parameters.ts';

/** What the documents say of it. */
export const getTemplate: Operation = {
  id: 'GetTemplate',
  tag: 'Templates',
  summary: 'Get a template',
  description: 'Says what a template is for and what parameters it takes, and nothing of what it runs.',
  path: { name: TEMPLATE_NAME },
  responses: { 200: { description: 'The template.', body: 'Template' } },
  problems: ['TEMPLATE_NOT_FOUND'],
  connector: { visibility: 'internal' },
};
