import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const monitorSession: Operation = {
  id: 'GetMonitorSession',
  tag: 'Monitor',
  summary: 'Get who the caller is',
  description:
    'Says who the caller is and what the policy may let the caller do at all, so that a page offers nothing else. Each request is decided upon by itself all the same.',
  responses: { 200: { description: 'The caller.', body: 'MonitorSession' } },
  problems: [],
  connector: 'none',
};
