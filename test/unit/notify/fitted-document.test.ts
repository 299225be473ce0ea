import { expect, it } from 'vitest';
import { fittedDocument } from '../../../src/shared/notify/fitted-document.ts';
import type { RunDocument } from '../../../src/shared/domain/run-document.ts';

const links = { self: 'https://gateway/api/runs/1', result: 'https://gateway/api/runs/1/result', cancel: '' };

function documentOf(parts: Partial<RunDocument>): RunDocument {
  return {
    id: '1',
    status: 'completed',
    outcome: 'failed',
    failure: { class: 'user_code', code: 'RUN_EXECUTION_ERROR', message: 'It failed.', retryable: false },
    run_name: 'nightly',
    submitted_by: { kind: 'key', id: 'default', name: 'default' },
    tasks: [],
    state_message: '',
    labels: {},
    links,
    ...parts,
  } as RunDocument;
}

function taskOf(index: number): RunDocument['tasks'][number] {
  return {
    task_key: `task ${index}`,
    run_id: String(index),
    status: 'completed',
    outcome: 'failed',
    attempt_number: 0,
  };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

it('is the document itself where it fits', () => {
  const document = documentOf({ tasks: [taskOf(1)] });

  expect(fittedDocument(document, bytesOf(document))).toBe(document);
});

it('cuts long texts first, and says how much is missing', () => {
  const text = `Error: ${'ü'.repeat(60_000)}`;
  const failure = { class: 'user_code', code: 'RUN_EXECUTION_ERROR', message: text, retryable: false } as const;
  const told = fittedDocument(documentOf({ failure, state_message: text, tasks: [taskOf(1)] }), 48 * 1024);

  expect(bytesOf(told)).toBeLessThanOrEqual(48 * 1024);
  expect(told.state_message).toMatch(/^Error: ü+… \(59007 more characters\)$/);
  expect(told.failure).toMatchObject({ code: 'RUN_EXECUTION_ERROR', message: told.state_message });
  expect(told.tasks).toHaveLength(1);
});

it('leaves out the tasks where texts are not all, and says so', () => {
  const tasks = Array.from({ length: 1_000 }, (_, index) => taskOf(index));
  const told = fittedDocument(documentOf({ tasks }), 48 * 1024);

  expect(bytesOf(told)).toBeLessThanOrEqual(48 * 1024);
  expect(told).toMatchObject({ outcome: 'failed', tasks: [], tasks_truncated: true, links });
});

it('counts bytes: labels in scripts of several bytes a character go at last', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 25 }, (_, index) => [`${index}`.padEnd(127, '名'), '名'.repeat(255)]),
  );
  const everything = {
    labels,
    run_name: '\u0000'.repeat(4_096),
    submitted_by: { kind: 'user', id: '\u0001'.repeat(4_096), name: '' },
  } as const;
  const tasks = Array.from({ length: 300 }, (_, index) => taskOf(index));

  const withLabels = fittedDocument(documentOf({ labels, tasks }), 48 * 1024);
  const without = fittedDocument(documentOf({ ...everything, tasks }), 24 * 1024);

  expect(withLabels).toMatchObject({ labels, tasks_truncated: true });
  expect(without).toMatchObject({ labels: {}, labels_truncated: true, outcome: 'failed', links });
  for (const [told, maxBytes] of [
    [withLabels, 48],
    [without, 24],
  ] as const) {
    expect(bytesOf(told)).toBeLessThanOrEqual(maxBytes * 1024);
  }
});
