import { expect, it } from 'vitest';
import type { TaskDocument } from '../../../../src/shared/domain/task-document.ts';
import { parseJson } from '../../../../src/shared/json.ts';
import { outputText } from '../../../../src/shared/runs/results/output-text.ts';

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

/** The quadratic reading of the numbers takes hours, so the time a test may take is bound enough. */
it.each<[what: string, result: string]>([
  ['a number of 5 MB', `1${'0'.repeat(5_000_000)}1`],
  ['an exponent of 5 MB', `1e${'9'.repeat(5_000_000)}`],
  ['2.5 million numbers', `[${Array(2_500_000).fill('1').join()}]`],
  ['500,000 objects', `[${Array(500_000).fill('{"a":1}').join()}]`],
])('gives an exit value of %s as JSON, digit for digit', (_what, result) => {
  const { bytes } = outputText(task, { notebook_output: { result } });

  expect(
    Buffer.from(bytes)
      .subarray(-result.length - 2)
      .toString() === `${result}}}`,
  ).toBe(true);
});

it('keeps an exit value that is nested too deeply as text alone', () => {
  const result = '['.repeat(5_000_000);

  expect(JSON.parse(textOf({ notebook_output: { result } })).notebook_output).toEqual({ result, truncated: false });
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
