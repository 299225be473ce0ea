import { expect, it } from 'vitest';
import type { TaskDocument } from '../../../../src/shared/domain/task-document.ts';
import { repairAgain } from '../../../../src/shared/runs/steps/repair-again.ts';

function task(key: string, outcome: TaskDocument['outcome']): TaskDocument {
  return { task_key: key, run_id: '1', status: 'completed', outcome, attempt_number: 0 };
}

const tasks = [task('done', 'succeeded'), task('bad', 'failed'), task('after', 'skipped')];

it.each([
  ['{"rerun_tasks":["bad"]}', '{"rerun_tasks":["bad"]}'],
  [
    '{"rerun_tasks":["done","bad","after"],"job_parameters":{"n":9007199254740993}}',
    '{"job_parameters":{"n":9007199254740993},"rerun_tasks":["bad","after"]}',
  ],
  [
    '{"rerun_tasks":["done"],"rerun_dependent_tasks":true}',
    '{"rerun_dependent_tasks":true,"rerun_all_failed_tasks":true}',
  ],
  ['{"rerun_tasks":["done"]}', '{"rerun_tasks":["done"]}'],
  ['{"rerun_all_failed_tasks":true}', '{"rerun_all_failed_tasks":true}'],
  ['{}', '{}'],
])('makes of %s the repair that is left to do', (text, expected) => {
  expect(repairAgain(text, tasks)).toBe(expected);
});
