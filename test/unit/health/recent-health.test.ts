import { expect, it } from 'vitest';
import type { Health } from '../../../src/shared/health/health-report.ts';
import { RecentHealth } from '../../../src/shared/health/recent-health.ts';

function setUp() {
  const clock = { nowMs: 0, checks: 0 };
  const recent = new RecentHealth(() => clock.nowMs);
  const check = async (): Promise<Health> => {
    clock.checks++;
    clock.nowMs += 100;
    return { status: 'ok', checks: {} };
  };
  return { clock, ask: (maxAgeMs: number) => recent.get(check, maxAgeMs) };
}

it('checks once for all who ask at the same time', async () => {
  const { clock, ask } = setUp();

  await Promise.all([ask(0), ask(0), ask(5_000)]);

  expect(clock.checks).toBe(1);
});

it('gives an answer again until it is too old for who asks', async () => {
  const { clock, ask } = setUp();

  await ask(5_000);
  await ask(5_000);
  expect(clock.checks).toBe(1);
  await ask(0);
  expect(clock.checks).toBe(2);
  clock.nowMs += 5_000;
  await ask(5_000);

  expect(clock.checks).toBe(3);
});

it('checks anew after a check that failed', async () => {
  const recent = new RecentHealth(() => 0);
  const failing = async () => {
    throw new Error('The check itself is wrong.');
  };
  await expect(recent.get(failing, 5_000)).rejects.toThrow('wrong');

  expect(await recent.get(async () => ({ status: 'ok', checks: {} }), 5_000)).toMatchObject({ status: 'ok' });
});
