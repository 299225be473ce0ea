import { expect, it } from 'vitest';
import { runDocument, runLinks } from '../../../src/shared/domain/run-document.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';

const record = {
  id: 'r1',
  status: 'submitting',
  stateMessage: '',
  failingSinceMs: null,
  unreachableSinceMs: null,
  createdAtMs: 0,
  submittedAtMs: null,
  startedAtMs: null,
  completedAtMs: 0,
  deadlineAtMs: null,
  request: { retry: { maxAttempts: 3 }, labels: {} },
  tasks: [],
  deliveries: [],
  earlierRunIds: [],
} as unknown as RunRecord;

const messageOf = (changes: Partial<RunRecord>) =>
  runDocument(
    { record: { ...record, ...changes }, cancelRequestedAtMs: null },
    runLinks('http://127.0.0.1:7071', 'r1'),
    null,
  ).state_message;

it('says of a run that waits for Databricks why, from the first request that failed', () => {
  expect(messageOf({})).toBe('');
  expect(messageOf({ failingSinceMs: 1 })).toBe('Databricks does not respond; the gateway tries again.');
});

it('keeps what Databricks has said of a run', () => {
  expect(messageOf({ failingSinceMs: 1, stateMessage: 'In run' })).toBe('In run');
  expect(messageOf({ failingSinceMs: 1, status: 'completed' })).toBe('');
});
