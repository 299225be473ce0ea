import { expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { logged } from '../../../src/shared/telemetry/logged.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const INVOCATION = { invocationId: 'i-1' };

function failingWith(what: unknown) {
  const lines: { level: string; text: string }[] = [];
  const log = createLog({
    sink: (record) => lines.push({ level: record.level, text: JSON.stringify(record) }),
    redactor: createRedactor(),
  });
  const run = logged(
    'sweep',
    () => ({ log }),
    (_input: { run: string }) => Promise.reject(what as Error),
    ({ run: id }) => ({ run: id }),
  );
  return { fail: () => run({ run: 'r-1' }, INVOCATION), lines };
}

it.each<[string, unknown, string]>([
  ['an outage', new AppError('planted', { code: 'X', retryable: true }), 'warn'],
  ['a fault', new TypeError('planted'), 'error'],
  ['text', 'planted', 'error'],
  ['nothing', undefined, 'error'],
])('logs and throws on whatever a function without a caller throws: %s', async (_what, thrown, level) => {
  const { fail, lines } = failingWith(thrown);

  await expect(fail()).rejects.toBeInstanceOf(Error);
  expect(lines).toEqual([{ level, text: expect.stringContaining('"function":"sweep"') }]);
  expect(JSON.parse(lines[0]!.text)).toMatchObject({ fields: { invocation: 'i-1', run: 'r-1' } });
});

it('throws on what has failed where there is no log', async () => {
  const run = logged(
    'sweep',
    () => {
      throw new Error('no settings');
    },
    () => Promise.reject(new Error('first')),
  );

  await expect(run(undefined, INVOCATION)).rejects.toThrow('first');
});

it('passes on what it is given and what comes of it', async () => {
  const run = logged(
    'add',
    () => {
      throw new Error('unused');
    },
    (left: number, { invocationId }: typeof INVOCATION) => Promise.resolve(`${left} ${invocationId}`),
  );

  expect(await run(1, INVOCATION)).toBe('1 i-1');
});
