import { expect, it } from 'vitest';
import { RunPage, type Run } from '../../../../src/shared/databricks/schemas.ts';
import type { RunRecord } from '../../../../src/shared/domain/run-record.ts';
import { readRun } from '../../../../src/shared/runs/watch/read-run.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 5, 1);

/** Databricks with a run of three pages; counts the pages that are read. */
function databricks(state: 'RUNNING' | 'TERMINATED') {
  const taskOf = (number: number) => ({ run_id: String(number), task_key: `task-${number}`, status: { state } });
  const runOf = (tasks: number, nextPageToken?: string): Run =>
    RunPage.parse({
      run_id: '1',
      status: { state, ...(state === 'TERMINATED' ? { termination_details: { code: 'SUCCESS' } } : {}) },
      tasks: Array.from({ length: tasks }, (_, index) => taskOf(index)),
      next_page_token: nextPageToken,
    });
  const read = { pages: 0 };
  return {
    read,
    jobs: {
      async getRunPage() {
        read.pages++;
        return runOf(100, 'page-2');
      },
      async getRun() {
        read.pages += 3;
        return runOf(300);
      },
    },
  };
}

function known(changes: Partial<RunRecord> = {}): Parameters<typeof readRun>[2] {
  const tasks = Array.from({ length: 300 }, (_, index) => ({
    task_key: `task-${index}`,
    run_id: String(index),
    status: 'pending' as const,
    outcome: null,
    attempt_number: 0,
  }));
  return { status: 'running', request: {}, tasks, tasksReadAtMs: NOW - MINUTE, ...changes };
}

const at = (nowMs: number) => ({ call: {}, nowMs });

it('reads one page of a run of 300 tasks at work, and keeps what it knew of the other tasks', async () => {
  const { jobs, read } = databricks('RUNNING');

  const { observation, tasksReadAtMs } = await readRun(jobs, '1', known(), at(NOW));

  expect(read.pages).toBe(1);
  expect(tasksReadAtMs).toBe(NOW - MINUTE);
  expect(observation.tasks).toHaveLength(300);
  expect(observation.tasks.filter(({ status }) => status === 'running')).toHaveLength(100);
});

it.each([
  ['it has ended', 'TERMINATED', {}],
  ['its state has changed', 'RUNNING', { status: 'pending' }],
  ['nothing is known of its tasks', 'RUNNING', { tasks: [] }],
  ['they were read five minutes ago', 'RUNNING', { tasksReadAtMs: NOW - 5 * MINUTE }],
] as const)('reads all pages once %s', async (_when, state, changes) => {
  const { jobs } = databricks(state);

  const { observation, tasksReadAtMs } = await readRun(jobs, '1', known(changes as Partial<RunRecord>), at(NOW));

  expect(tasksReadAtMs).toBe(NOW);
  expect(new Set(observation.tasks.map(({ status }) => status)).size).toBe(1);
  expect(observation.tasks).toHaveLength(300);
});

it('keeps the later attempt of a task, whatever page it stands on', async () => {
  const { jobs } = databricks('RUNNING');
  const record = known();
  const again = record.tasks.map((task) =>
    task.task_key === 'task-5' ? { ...task, attempt_number: 2, run_id: '9' } : task,
  );

  const { observation } = await readRun(jobs, '1', { ...record, tasks: again }, at(NOW));

  expect(observation.tasks.find(({ task_key: key }) => key === 'task-5')).toMatchObject({ attempt_number: 2 });
});
