import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { labelColumn, parseRow, recordColumns, recordKey, recordRange } from '../../../src/shared/ledger/run-row.ts';
import { sampleRun } from './sample-run.ts';

const isWithin = (createdAtMs: number, [from, to]: [string, string]) => {
  const key = recordKey({ id: 'run', createdAtMs });
  return key > from && key < to;
};

it('takes in the first moment of a span and leaves out the last', () => {
  const span = recordRange(2_000, 3_000);

  expect([1_999, 2_000, 2_999, 3_000].map((epochMs) => isWithin(epochMs, span))).toEqual([false, true, true, false]);
});

it('bears spans that begin before 1970 or end after the year 2286', () => {
  for (const afterMs of [undefined, 0, 1, -1e12]) {
    for (const beforeMs of [undefined, 1e13, 8.64e15]) {
      expect(isWithin(1_795_377_008_966, recordRange(afterMs, beforeMs))).toBe(true);
    }
  }
});

const stored = (record: RunRecord) => parseRow({ ...recordColumns(record), cancelRequestedAtMs: '' }).record;

it('holds a thousand tasks and any text', () => {
  const tasks = Array.from({ length: 1_000 }, (_, index) => ({
    task_key: `${'key_of_a_task_'.repeat(7)}${index}`,
    run_id: String(BigInt(index + 1) * 982_451_653_123_457n),
    status: 'completed' as const,
    outcome: 'succeeded' as const,
    attempt_number: 0,
  }));
  const record = sampleRun({ tasks, stateMessage: `${'x'.repeat(29_999)}😀 \uD83D ☃` });

  expect(stored(record)).toEqual(record);
});

it('is split into columns and put together again', () => {
  const record = sampleRun({ stateMessage: randomBytes(300_000).toString('base64') });

  const columns = recordColumns(record);

  expect(Number(columns['chunks'])).toBeGreaterThan(3);
  expect(stored(record)).toEqual(record);
});

it('refuses a record that no row can hold', () => {
  const record = sampleRun({ stateMessage: randomBytes(1_000_000).toString('base64') });

  expect(() => recordColumns(record)).toThrow(/takes \d+ bytes, and a row holds 900000/);
});

it('finds a label by key and value, whatever they are made of', () => {
  const [column, content] = labelColumn("it's", '\u0000');
  const record = sampleRun();
  const columns = recordColumns({ ...record, request: { ...record.request, labels: { "it's": '\u0000', b: '' } } });

  expect(columns[column]).toBe(content);
  expect(column).toMatch(/^\w{1,255}$/);
  expect(content).toMatch(/^\w+$/);
});
