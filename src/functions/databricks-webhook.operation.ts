import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const databricksWebhook: Operation = {
  id: 'NotifyOfRun',
  tag: 'Service',
  summary: 'Take a notification of Databricks',
  description:
    'Where a notification destination of a workspace sends its notifications of jobs, with HTTP Basic credentials of its own. It is a hint only: the run is read back before anything is believed.',
  body: { schema: 'DatabricksNotification', isRequired: true, examples: {} },
  responses: { 200: { description: 'The notification was taken, whether it is about a run of the gateway or not.' } },
  problems: ['UNAUTHENTICATED', ...RUN_STORE],
  connector: 'none',
};
