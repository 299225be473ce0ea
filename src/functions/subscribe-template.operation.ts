import type { Operation } from '../shared/http/openapi/operation.ts';
import { TEMPLATE_FIELDS, TEMPLATE_NAME } from '../shared/http/openapi/parameters.ts';
import { NEW_RUN } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const subscribeTemplate: Operation = {
  id: 'RunTemplateAndWait',
  tag: 'Templates',
  summary: 'Run a template and wait for its callback',
  description:
    'Starts a run of a template and posts the run document to `callback_url` when it has ended, whatever the outcome. This is the webhook action of Logic Apps and Power Automate: a `DELETE` of `Location`, which they send when the workflow is cancelled or runs out of time, cancels the run.',
  path: { name: TEMPLATE_NAME },
  headers: ['Idempotency-Key'],
  body: { schema: 'TemplateSubscription', isRequired: true, examples: {} },
  responses: {
    201: {
      description: 'The run is accepted. `Location` is what to send a `DELETE` to.',
      body: 'RunDocument',
      headers: ['Location', 'Idempotency-Replayed'],
    },
  },
  problems: [
    'TEMPLATE_NOT_FOUND',
    'TEMPLATE_PARAMETERS_INVALID',
    ...NEW_RUN.filter((code) => code !== 'RUN_UNSUCCESSFUL'),
  ],
  connector: { visibility: 'important', callback: 'NotificationDocument', fields: TEMPLATE_FIELDS },
};
