import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const listTemplates: Operation = {
  id: 'ListTemplates',
  tag: 'Templates',
  summary: 'List templates',
  description: 'Lists the templates that the caller may run, with the JSON Schema of what each takes.',
  responses: { 200: { description: 'The templates, in the order of their file.', body: 'TemplateList' } },
  problems: [],
  connector: { visibility: 'advanced' },
};
