import { expect, it } from 'vitest';
import { queryWorkspace } from '../../../web/views/sql/query-workspace.ts';

const WORKSPACES = [
  { name: 'jobs', host: 'https://a', has_sql: false },
  { name: 'bi', host: 'https://b', has_sql: true },
  { name: 'lab', host: 'https://c', has_sql: true },
];

it('names a workspace that has a warehouse, whichever the gateway would take of itself', () => {
  expect(queryWorkspace(WORKSPACES, '')).toBe('bi');
  expect(queryWorkspace(WORKSPACES, 'lab')).toBe('lab');
  expect(queryWorkspace(WORKSPACES, 'jobs')).toBe('bi');
  expect(queryWorkspace(WORKSPACES.slice(0, 1), '')).toBeUndefined();
});
