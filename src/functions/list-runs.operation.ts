import * as z from 'zod';
import type { Operation } from '../shared/http/openapi/operation.ts';
import { runQuery } from '../shared/http/run/run-list.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const listRuns: Operation = {
  id: 'ListRuns',
  tag: 'Runs',
  summary: 'List runs',
  description: 'Lists the runs that the caller may read, newest first, a page at a time.',
  query: {
    status: { title: 'Status', description: 'Where the run is.', schema: runQuery.shape.status },
    outcome: { title: 'Outcome', description: 'How it ended.', schema: runQuery.shape.outcome },
    submitted_by: {
      title: 'Submitted By',
      description: 'The id of who submitted it.',
      schema: runQuery.shape.submitted_by,
    },
    workspace: { title: 'Workspace', description: 'The workspace it runs in.', schema: runQuery.shape.workspace },
    label: {
      title: 'Label',
      description: 'A label, as `key:value`. Several have to fit all.',
      schema: runQuery.shape.label,
      isRepeated: true,
    },
    created_after: {
      title: 'Created After',
      description: 'Accepted at this time or later.',
      schema: runQuery.shape.created_after,
    },
    created_before: {
      title: 'Created Before',
      description: 'Accepted before this time.',
      schema: runQuery.shape.created_before,
    },
    limit: { title: 'Limit', description: 'How many at most, 1 to 100.', schema: z.int().min(1).max(100).default(20) },
    page_token: {
      title: 'Page Token',
      description: '`next_page_token` of the page before.',
      schema: runQuery.shape.page_token,
    },
  },
  responses: { 200: { description: 'A page of runs.', body: 'RunList' } },
  problems: ['POLICY_REFUSED', ...RUN_STORE],
  connector: { visibility: 'advanced' },
};
