import { expect, it } from 'vitest';
import { computeOf } from '../../../src/shared/domain/compute.ts';

const notebook = { notebook_task: { notebook_path: '/x' } };

it('says what the run of a saved job runs on, which may share a cluster between its tasks', () => {
  expect(computeOf([{ ...notebook, job_cluster_key: 'shared' }])).toBe('job_cluster');
  expect(computeOf([{ ...notebook, existing_cluster_id: 'c', new_cluster: null }])).toBe('existing_cluster');
});

it('looks into what a for-each task repeats, and takes nothing else for a task', () => {
  const each = (task: unknown) => [{ for_each_task: { inputs: '[]', task } }];

  expect(computeOf(each({ ...notebook, existing_cluster_id: 'c' }))).toBe('existing_cluster');
  expect(computeOf(each({ sql_task: {} }))).toBe('warehouse');
  expect(computeOf(each('x'))).toBe('serverless');
});

it('says nothing of a run whose tasks are not told', () => {
  expect(computeOf([])).toBeNull();
});
