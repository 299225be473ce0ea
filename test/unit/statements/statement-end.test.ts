import { expect, test } from 'vitest';
import { endDue } from '../../../src/shared/statements/statement-end.ts';
import type { StatementRecord } from '../../../src/shared/statements/record/statement-record.ts';

const DEADLINE_MS = 60_000;

function outcomeDue(cancelRequestedAtMs: number | null, nowMs: number): string | undefined {
  return endDue({ cancelRequestedAtMs, deadlineAtMs: DEADLINE_MS } as StatementRecord, nowMs)?.outcome;
}

test('a statement is to end once it is cancelled or its deadline has passed, whichever came first', () => {
  expect(outcomeDue(null, DEADLINE_MS)).toBeUndefined();
  expect(outcomeDue(null, DEADLINE_MS + 1)).toBe('timed_out');
  expect(outcomeDue(30_000, 31_000)).toBe('canceled');
  expect(outcomeDue(30_000, DEADLINE_MS + 1)).toBe('canceled');
  expect(outcomeDue(DEADLINE_MS + 1, DEADLINE_MS + 2)).toBe('timed_out');
});
