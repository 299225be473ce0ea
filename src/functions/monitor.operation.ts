import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const monitor: Operation = {
  id: 'GetMonitorPage',
  tag: 'Monitor',
  summary: 'Open the monitor page',
  description:
    'Serves the page, which holds no data and needs no credentials: what it shows it asks the API for, with the credentials of who looks at it.',
  responses: {
    200: { description: 'The page.', body: { 'text/html': 'text' } },
    304: { description: 'What the client has is what there is.' },
    308: { description: 'The page is at the address without the last slash.' },
  },
  problems: ['PAGE_NOT_FOUND'],
  connector: 'none',
};
