import { expect, it } from 'vitest';
import { OutageGuard } from '../../../src/shared/async/outage-guard.ts';

const FAILURE = new Error('no response');

function open(keys: number) {
  const clock = { ms: 0 };
  const guard = new OutageGuard({ places: 12, keys, now: () => clock.ms });
  const fail = (tookMs: number) =>
    guard
      .run(
        'down',
        async () => {
          clock.ms += tookMs;
          throw FAILURE;
        },
        () => true,
      )
      .then(
        ({ kind }) => kind,
        () => 'failed',
      );
  const hang = (key: string) => {
    const work = Promise.withResolvers<string>();
    return {
      passed: guard.run(
        key,
        () => work.promise,
        () => true,
      ),
      end: () => work.resolve('x'),
    };
  };
  return { guard, clock, fail, hang };
}

it('keeps the places of others free of one that does not respond', async () => {
  const { hang } = open(2);
  const down = Array.from({ length: 10 }, () => hang('down'));
  const up = hang('up');
  for (const { end } of [...down, up]) end();

  const kinds = await Promise.all(down.map(async ({ passed }) => (await passed).kind));
  expect(kinds).toEqual([...Array.from({ length: 6 }, () => 'done'), ...Array.from({ length: 4 }, () => 'busy')]);
  expect(await up.passed).toEqual({ kind: 'done', result: 'x' });
});

it('leaves one alone that has failed slowly three times, tries it again, and comes back at the first success', async () => {
  const { guard, clock, fail } = open(2);
  expect([await fail(30_000), await fail(30_000), await fail(30_000), await fail(30_000)]).toEqual([
    'failed',
    'failed',
    'failed',
    'busy',
  ]);
  clock.ms += 10_000;
  expect(
    await guard.run(
      'down',
      async () => 1,
      () => true,
    ),
  ).toEqual({ kind: 'done', result: 1 });
  expect(await fail(0)).toBe('failed');
});

it('turns nothing away that fails at once, or where there is one alone', async () => {
  const { fail } = open(2);
  for (let count = 0; count < 5; count++) expect(await fail(10)).toBe('failed');
  const alone = open(1);
  for (let count = 0; count < 5; count++) expect(await alone.fail(30_000)).toBe('failed');
  const hanging = Array.from({ length: 30 }, () => alone.hang('down'));
  for (const { end } of hanging) end();
  expect(new Set(await Promise.all(hanging.map(async ({ passed }) => (await passed).kind)))).toEqual(new Set(['done']));
});
