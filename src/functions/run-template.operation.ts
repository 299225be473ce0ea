import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, TEMPLATE_FIELDS, TEMPLATE_NAME, VALIDATE_ONLY } from '../shared/http/openapi/parameters.ts';
import { NEW_RUN } from '../shared/http/openapi/problem-groups.ts';
import { NEW_RUN_RESPONSES } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const runTemplate: Operation = {
  id: 'RunTemplate',
  tag: 'Templates',
  summary: 'Run a template',
  description:
    "Starts the run that an operator has prepared under this name, with parameters of your own. What is run, and on what, is the template's; the response is that of `POST /api/runs`.",
  path: { name: TEMPLATE_NAME },
  query: { validate_only: VALIDATE_ONLY, fail_on_error: FAIL_ON_ERROR },
  headers: ['Idempotency-Key', 'Prefer'],
  body: {
    schema: 'TemplateCall',
    isRequired: false,
    examples: {
      greet: {
        summary: 'The template `greet` of settings/templates.json',
        status: 202,
        value: { parameters: { key: 'hello', number: 42 } },
      },
    },
  },
  responses: NEW_RUN_RESPONSES,
  problems: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_PARAMETERS_INVALID', ...NEW_RUN],
  connector: { visibility: 'important', fields: TEMPLATE_FIELDS },
};
