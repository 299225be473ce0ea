import { expect, it } from 'vitest';
import { parseRepairRequest } from '../../../../src/shared/http/run/repair-request.ts';

it('repairs all failed tasks where none are chosen', () => {
  const all = { text: '{"rerun_all_failed_tasks":true}', rerunTasks: [] };

  expect(parseRepairRequest({})).toEqual(all);
  expect(parseRepairRequest({ rerun_tasks: null, rerun_dependent_tasks: null })).toMatchObject({ rerunTasks: [] });
  expect(parseRepairRequest({ rerun_all_failed_tasks: true, run_id: 1, latest_repair_id: 2 })).toEqual(all);
});

it('says which tasks were chosen', () => {
  const body = { rerun_tasks: ['a', 'b'], rerun_dependent_tasks: true };

  expect(parseRepairRequest(body)).toEqual({ text: JSON.stringify(body), rerunTasks: ['a', 'b'] });
});

it.each([{ rerun_tasks: ['a'], rerun_all_failed_tasks: true }, { rerun_tasks: [] }, { rerun_tasks: 'a' }])(
  'refuses %j',
  (body) => {
    expect(() => parseRepairRequest(body)).toThrow(expect.objectContaining({ status: 400 }));
  },
);

it('takes booleans as text', () => {
  expect(parseRepairRequest({ rerun_all_failed_tasks: 'true' }).rerunTasks).toEqual([]);
  expect(() => parseRepairRequest({ rerun_tasks: ['a'], rerun_all_failed_tasks: 'true' })).toThrow('not both');
});
