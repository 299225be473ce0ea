import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SharedReads } from '../../../src/shared/async/shared-reads.ts';

interface Value {
  id: string;
  version: number;
}

const KEY = { id: 'a' };
const FIRST = { id: 'a', version: 1 };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Values by id that a test changes, and which ids have been read. */
function observed(options: { maxWaiters?: number } = {}) {
  const values = new Map<string, Value>();
  const reads: string[] = [];
  const shared = new SharedReads<{ id: string }, Value>({
    read: async ({ id }) => {
      reads.push(id);
      return values.get(id);
    },
    pause: (_key, ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    ...options,
  });
  return { shared, values, reads };
}

const isSecond = ({ version }: Value): boolean => version === 2;
const never = (): boolean => false;

it('reads once for all who wait for the same thing, and gives each of them what it waited for', async () => {
  const { shared, values, reads } = observed();
  values.set('a', FIRST);
  const waits = Array.from({ length: 500 }, () => shared.until(KEY, FIRST, 60_000, isSecond));

  await vi.advanceTimersByTimeAsync(10_000);
  const alone = reads.length;
  values.set('a', { id: 'a', version: 2 });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(alone).toBeLessThanOrEqual(16);
  expect(new Set((await Promise.all(waits)).map(({ version }) => version))).toEqual(new Set([2]));
});

it('reads less often the longer somebody waits, and no more once nobody does', async () => {
  const { shared, values, reads } = observed();
  values.set('a', FIRST);
  const wait = shared.until(KEY, FIRST, 5_000, never);

  await vi.advanceTimersByTimeAsync(1_000);
  const inTheFirstSecond = reads.length;
  await vi.advanceTimersByTimeAsync(1_000);
  const inTheNext = reads.length - inTheFirstSecond;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await wait).toEqual(FIRST);
  const atTheEnd = reads.length;
  await vi.advanceTimersByTimeAsync(60_000);

  expect(inTheNext).toBeLessThan(inTheFirstSecond);
  expect(reads).toHaveLength(atTheEnd);
});

it('stays within fifty reads a second, however many different things are waited for', async () => {
  const { shared, values, reads } = observed();
  for (let index = 0; index < 1_000; index++) {
    values.set(`run-${index}`, { id: `run-${index}`, version: 1 });
    void shared.until({ id: `run-${index}` }, FIRST, 600_000, never);
  }
  await vi.advanceTimersByTimeAsync(60_000);
  const before = reads.length;

  await vi.advanceTimersByTimeAsync(60_000);

  expect(reads.length - before).toBeLessThanOrEqual(50 * 60);
  expect(new Set(reads.slice(before)).size).toBe(1_000);
});

it('lets nobody wait beyond the bound, and takes the next one once a waiter has left', async () => {
  const { shared, values } = observed({ maxWaiters: 2 });
  values.set('a', { id: 'a', version: 2 });
  const waits = [shared.until(KEY, FIRST, 1_000, isSecond), shared.until(KEY, FIRST, 1_000, isSecond)];

  expect(await shared.until(KEY, FIRST, 1_000, isSecond)).toEqual(FIRST);

  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(waits);
  const next = shared.until(KEY, FIRST, 1_000, isSecond);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await next).version).toBe(2);
});

it('bears reads that fail and values that are gone: whoever waits is given the last that was read', async () => {
  let reads = 0;
  const answers: (() => Promise<Value | undefined>)[] = [
    () => Promise.reject(new Error('Storage is away.')),
    async () => ({ id: 'a', version: 3 }),
    async () => undefined,
  ];
  const shared = new SharedReads<{ id: string }, Value>({
    read: () => (answers[reads++] ?? (async () => undefined))(),
    pause: (_key, ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  });

  const wait = shared.until(KEY, FIRST, 2_000, isSecond);
  await vi.advanceTimersByTimeAsync(2_000);

  expect((await wait).version).toBe(3);
  expect(reads).toBeGreaterThan(3);
});

it('reads at once where the pause ends early', async () => {
  vi.useRealTimers();
  const { promise: changed, resolve: change } = Promise.withResolvers<void>();
  const shared = new SharedReads<{ id: string }, Value>({
    read: async () => ({ id: 'a', version: 2 }),
    pause: async (_key, ms) => {
      await Promise.race([changed, delay(ms * 1_000, undefined, { ref: false })]);
    },
  });

  const wait = shared.until(KEY, FIRST, 60_000, isSecond);
  change();

  expect((await wait).version).toBe(2);
});
