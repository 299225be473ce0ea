import { expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/shared/domain/run-record.ts';
import { attemptSpans, runSpan, runTrace, stretch } from '../../../../src/shared/runs/record/run-spans.ts';
import type { Span } from '../../../../src/shared/telemetry/span.ts';

const RECORD = {
  id: 'run1',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  parentSpanId: '00f067aa0ba902b7',
  request: { workspace: 'default', labels: { secret: 'planted' }, runName: 'planted' },
  submittedBy: { kind: 'user', id: 't/o', name: 'ada' },
  source: 'http',
  attempt: 1,
  outcome: 'succeeded',
  failure: null,
  runId: '5455',
  receivedAtMs: 900,
  createdAtMs: 1_000,
  sentAtMs: 4_000,
  submittedAtMs: 4_001,
  takenAtMs: 4_300,
  completedAtMs: 9_000,
} as unknown as RunRecord;

const timesOf = (spans: Span[]) => spans.map(({ name, startMs, endMs }) => [name, startMs, endMs]);

it('leaves no gap between the stretches of an attempt', () => {
  expect(timesOf(attemptSpans(RECORD, 9_000))).toEqual([
    ['trigger', 900, 1_000],
    ['queue', 1_000, 4_000],
    ['submit', 4_000, 4_300],
    ['execution', 4_300, 9_000],
  ]);
});

it('hangs the run from the span that asked for it, and what is done for it from the run', () => {
  const root = runSpan(RECORD, 9_500);

  expect(root).toMatchObject({ name: 'run', parentSpanId: '00f067aa0ba902b7', startMs: 900, endMs: 9_500 });
  expect(root?.spanId).toBe(runTrace(RECORD)?.spanId);
  for (const part of attemptSpans(RECORD, 9_000)) {
    expect(part.parentSpanId).toBe(root?.spanId);
    expect(part.traceId).toBe(RECORD.traceId);
  }
});

it('tells the same spans again where an activity is repeated, and others of another attempt', () => {
  const ids = (record: RunRecord) => attemptSpans(record, 9_000).map(({ spanId }) => spanId);
  const second = { ...RECORD, attempt: 2, queuedAtMs: 10_000, sentAtMs: 11_000, submittedAtMs: 11_000 };

  expect(ids(RECORD)).toEqual(ids(RECORD));
  expect(ids(second).filter((id) => ids(RECORD).includes(id))).toEqual([]);
  expect(timesOf(attemptSpans(second, 12_000))[0]).toEqual(['queue', 10_000, 11_000]);
});

it('makes a repair a span of its own below the run', () => {
  const repaired = { ...RECORD, attempt: 2, attemptsBefore: 1, repairedAtMs: 20_000, queuedAtMs: 20_000 };

  expect(runSpan(repaired, 30_000)).toMatchObject({
    name: 'repair',
    parentSpanId: runTrace(RECORD)?.spanId,
    startMs: 20_000,
    attributes: { 'gateway.run.attempts': 1 },
  });
});

it('tells of a run that ended in the queue what there was of it', () => {
  const { sentAtMs: _sent, takenAtMs: _taken, ...waiting } = RECORD;
  const canceled = { ...waiting, submittedAtMs: null, runId: null, outcome: 'canceled' } as RunRecord;

  expect(timesOf(attemptSpans(canceled, 2_000))).toEqual([
    ['trigger', 900, 1_000],
    ['queue', 1_000, 2_000],
  ]);
  expect(runSpan(canceled, 2_000)?.errorCode).toBe('canceled');
});

it('lets nothing end before it begins, whatever clock the times are from', () => {
  expect(stretch(RECORD, 'execution', { startMs: 5_000, endMs: 4_990 })).toMatchObject({
    startMs: 5_000,
    endMs: 5_000,
  });
});

it('tells nothing of what callers have written', () => {
  expect(JSON.stringify([runSpan(RECORD, 9_500), attemptSpans(RECORD, 9_000)])).not.toContain('planted');
});

it('makes no span for a run of before there were traces', () => {
  const { traceId: _trace, ...old } = RECORD;

  expect(runSpan(old, 1)).toBeUndefined();
  expect(attemptSpans(old, 1)).toEqual([]);
});
