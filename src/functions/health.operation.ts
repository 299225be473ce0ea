import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const health: Operation = {
  id: 'GetHealth',
  tag: 'Service',
  summary: 'Get the health of the gateway',
  description:
    'Says how the gateway and all that it stands on are; without credentials, where they are asked for, the status alone.',
  responses: {
    200: { description: '`ok`, or `degraded`: runs are accepted.', body: 'Health' },
    503: { description: '`down`: nothing is accepted.', body: 'Health', headers: ['Retry-After'] },
  },
  problems: [],
  connector: 'none',
};
