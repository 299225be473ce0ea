import * as z from 'zod';
import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const monitorFile: Operation = {
  id: 'GetMonitorFile',
  tag: 'Monitor',
  summary: 'Get a file of the monitor page',
  description: 'Serves a script, the styles or the icon of the page, under names that change with what is in them.',
  path: { file: { title: 'File', description: 'The name of a file of the page.', schema: z.string() } },
  responses: {
    200: {
      description: 'The file, in Brotli or gzip where the client takes that.',
      body: { 'text/javascript': 'text', 'text/css': 'text', 'image/svg+xml': 'text' },
    },
    304: { description: 'What the client has is what there is.' },
  },
  problems: ['PAGE_NOT_FOUND'],
  connector: 'none',
};
