import { expect, it } from 'vitest';
import { stringifyJson } from '../../../src/shared/json.ts';
import { fittedResult } from '../../../src/shared/mcp/bounded-result.ts';

const resultOf = (result: string, tasks = 1) => {
  const output = { notebook_output: { result, truncated: false, json: result } };
  return stringifyJson({ id: '1', tasks: Array.from({ length: tasks }, () => output), ...output });
};

it('leaves a result as it is that a model can make use of, with all its digits', () => {
  const text = '{"id":"1","notebook_output":{"json":{"n":12345678901234567890}}}';

  expect(stringifyJson(fittedResult(text))).toBe(text);
});

it.each([
  ['a megabyte of text', resultOf('x'.repeat(1_000_000))],
  ['text of four bytes a character', resultOf('🙂'.repeat(100_000))],
  ['a hundred tasks of some length', resultOf('x'.repeat(2_000), 100)],
])('cuts %s visibly, and says so', (_what, text) => {
  const fitted = fittedResult(text);

  expect(Buffer.byteLength(stringifyJson(fitted))).toBeLessThanOrEqual(64 * 1024);
  expect(fitted).toMatchObject({ id: '1', result_truncated: true });
  expect(stringifyJson(fitted)).toMatch(/… \(\d+ more characters\)/);
});

it('fits nothing where cutting texts is not enough', () => {
  expect(fittedResult(stringifyJson({ tasks: Array.from({ length: 100_000 }, (_, index) => index) }))).toBeUndefined();
});
