import * as z from 'zod';
import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const monitorOverview: Operation = {
  id: 'GetMonitorOverview',
  tag: 'Monitor',
  summary: 'Get an overview of the runs',
  description:
    'Counts the newest runs that the caller may read, and says how full the workspaces are, what has been at work longest and what fails most. What is read for it is bounded, however many runs are kept.',
  query: {
    hours: { title: 'Hours', description: 'How far back.', schema: z.enum(['1', '6', '24', '168']).default('24') },
  },
  responses: { 200: { description: 'The overview, up to ten seconds old.', body: 'MonitorOverview' } },
  problems: ['POLICY_REFUSED', ...RUN_STORE],
  connector: 'none',
};
