import { expect, it } from 'vitest';
import type { RunDocument } from '../../../web/api/documents.ts';
import { runSpans, taskSpans, timeScale } from '../../../web/views/run/timeline.ts';

const at = (second: number) => new Date(second * 1_000).toISOString();

function run(changes: Partial<RunDocument>): RunDocument {
  const empty = {
    status: 'queued',
    tasks: [],
    notifications: [],
    created_at: at(0),
    submitted_at: null,
    started_at: null,
  };
  return { ...empty, completed_at: null, ...changes } as RunDocument;
}

it('shows what a run waits for, to this moment', () => {
  expect(runSpans(run({}), 9_000)).toMatchObject([{ kind: 'queue', fromMs: 0, toMs: 9_000, isOpen: true }]);
  expect(runSpans(run({ status: 'pending', submitted_at: at(5) }), 9_000)).toMatchObject([
    { kind: 'queue', toMs: 5_000, isOpen: false },
    { kind: 'start', fromMs: 5_000, toMs: 9_000, isOpen: true },
  ]);
});

it('begins the execution where the compute of the first task has started', () => {
  const task = { task_key: 'main', run_id: '1', status: 'completed', outcome: 'succeeded', attempt_number: 0 } as const;
  const ended = run({
    status: 'completed',
    submitted_at: at(1),
    started_at: at(2),
    completed_at: at(20),
    tasks: [{ ...task, started_at: at(2), setup_seconds: 8, ended_at: at(20) }],
  });

  expect(runSpans(ended, 99_000).map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual([
    ['queue', 0, 1_000],
    ['start', 1_000, 10_000],
    ['work', 10_000, 20_000],
  ]);
  expect(taskSpans(ended, 99_000)[0]?.spans.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toEqual([
    ['start', 2_000, 10_000],
    ['work', 10_000, 20_000],
  ]);
});

it('gives the whole line to a run that ended before it was submitted', () => {
  expect(runSpans(run({ status: 'completed', completed_at: at(3) }), 9_000)).toMatchObject([
    { kind: 'queue', fromMs: 0, toMs: 3_000, isOpen: false },
  ]);
});

it('keeps proportions where no stretch hides the others', () => {
  const { at: place, breaks } = timeScale([0, 40, 100]);

  expect([0, 20, 40, 100].map((ms) => place(ms))).toEqual([0, 0.2, 0.4, 1]);
  expect(breaks).toEqual([]);
});

it('draws a long wait shorter than it was, and says so; order stays', () => {
  const { at: place, breaks } = timeScale([0, 10, 1_000_000, 1_000_030]);

  expect(breaks).toEqual([{ fromMs: 10, toMs: 1_000_000 }]);
  expect(place(10)).toBeCloseTo(0.1);
  expect(place(1_000_000)).toBeCloseTo(0.7);
  expect(place(1_000_030)).toBe(1);
  expect(timeScale([5]).at(5)).toBe(0);
});
