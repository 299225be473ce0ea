import { expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { logged } from '../../../src/shared/telemetry/logged.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

function failingWith(what: unknown) {
  const lines: { level: string; text: string }[] = [];
  const log = createLog({
    sink: (record) => lines.push({ level: record.level, text: JSON.stringify(record) }),
    redactor: createRedactor(),
  });
  const run = logged(
    'sweep',
    () => ({ log }),
    () => Promise.reject(what as Error),
  );
  return { run, lines };
}

it.each<[string, unknown, string]>([
  ['an outage', new AppError('planted', { code: 'X', retryable: true }), 'warn'],
  ['a fault', new TypeError('planted'), 'error'],
  ['text', 'planted', 'error'],
  ['nothing', undefined, 'error'],
])('logs and throws on whatever a function without a caller throws: %s', async (_what, thrown, level) => {
  const { run, lines } = failingWith(thrown);

  await expect(run()).rejects.toBeInstanceOf(Error);
  expect(lines).toEqual([{ level, text: expect.stringContaining('"function":"sweep"') }]);
});

it('throws on what has failed where there is no log', async () => {
  const run = logged(
    'sweep',
    () => {
      throw new Error('no settings');
    },
    () => Promise.reject(new Error('first')),
  );

  await expect(run()).rejects.toThrow('first');
});

it('passes on what it is given and what comes of it', async () => {
  const run = logged(
    'add',
    () => {
      throw new Error('unused');
    },
    (left: number, right: number) => Promise.resolve(left + right),
  );

  expect(await run(1, 2)).toBe(3);
});
