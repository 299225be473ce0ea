import { expect, it } from 'vitest';
import { concurrentTasks } from '../../../src/shared/domain/task-count.ts';

const forEach = (concurrency: unknown, task: unknown = {}) => ({ for_each_task: { inputs: '[]', concurrency, task } });

it.each([
  ['plain tasks', [{}, {}, {}], 3],
  ['none', [], 0],
  ['a for-each task without concurrency', [forEach(undefined)], 1],
  ['a for-each task', [forEach(20), {}], 21],
  ['a number as text', [forEach('7')], 7],
  ['a reference to a parameter', [forEach('{{job.parameters.n}}')], 1],
  ['a for-each task in another', [forEach(4, forEach(5))], 20],
  ['more than Databricks allows', [forEach(1e9)], 100],
  ['nonsense', [forEach(-3), forEach(NaN), forEach({}), forEach(null), { for_each_task: 'x' }, null, 7], 7],
])('counts %s', (_name, tasks, count) => {
  expect(concurrentTasks(tasks)).toBe(count);
});

it('takes its time from no nesting, however deep', () => {
  let task: unknown = {};
  for (let depth = 0; depth < 100_000; depth++) task = forEach(2, task);

  expect(concurrentTasks([task])).toBe(2 ** 5);
});
