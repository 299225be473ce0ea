import { expect, it } from 'vitest';
import type { TaskDocument } from '../../../src/shared/domain/databricks-run.ts';
import { parseJson } from '../../../src/shared/json.ts';
import { outputText } from '../../../src/shared/runs/output-text.ts';

const task: TaskDocument = {
  task_key: 'main',
  run_id: '5456',
  status: 'completed',
  outcome: 'succeeded',
  attempt_number: 0,
};

function textOf(output: Record<string, unknown>): string {
  return Buffer.from(outputText(task, output).bytes).toString();
}

it('holds the task and its output, but not the metadata, which the run document is made of', () => {
  const text = textOf({ metadata: { run_id: '5456' }, error: 'ünlesbar', logs: '…', logs_truncated: true });

  expect(JSON.parse(text)).toEqual({ ...task, error: 'ünlesbar', logs: '…', logs_truncated: true });
});

it('says what the gateway says of a task, whatever the output calls the same', () => {
  expect(JSON.parse(textOf({ outcome: 'other', run_id: 1 }))).toEqual(task);
});

it('gives the exit value as JSON too, with every digit', () => {
  const result = '{"id": 12345678901234567890, "price": 1.5}';
  const text = textOf({ notebook_output: { result } });

  expect(JSON.parse(text).notebook_output).toMatchObject({ result, truncated: false });
  expect(text).toContain('"json":{"id":12345678901234567890,"price":1.5}');
});

it.each(['', 'plain text', '{"a":', '1 2', '"},{'])('gives no JSON for %j', (result) => {
  expect(JSON.parse(textOf({ notebook_output: { result, truncated: true } }))).toEqual({
    ...task,
    notebook_output: { result, truncated: true },
  });
});

it('keeps the notebook output last, where its bytes can be found', () => {
  const { bytes, notebookAt } = outputText(task, { notebook_output: { result: '[1]' }, logs: 'größer' });

  const last = Buffer.from(bytes)
    .subarray(notebookAt ?? 0, -1)
    .toString();
  expect(parseJson(last)).toEqual({ result: '[1]', truncated: false, json: [1] });
});

it('passes on a notebook output without a result as it came', () => {
  expect(JSON.parse(textOf({ notebook_output: {} })).notebook_output).toEqual({});
});
