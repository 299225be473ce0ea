import { expect, it } from 'vitest';
import { CircuitBreaker } from '../../../src/shared/async/circuit-breaker.ts';

const silent = { isFailure: true, tookMs: 5_000 };

function opened() {
  const clock = { nowMs: 0 };
  const breaker = new CircuitBreaker(() => clock.nowMs);
  for (let failures = 0; failures < 3; failures++) {
    expect(breaker.waitMs('host')).toBe(0);
    breaker.note('host', silent);
  }
  return { clock, breaker };
}

it('leaves a target alone that failed slowly three times in a row, and no other', () => {
  const { breaker } = opened();

  expect(breaker.waitMs('host')).toBe(10_000);
  expect(breaker.waitMs('other')).toBe(0);
});

it('lets one try through after a while, and leaves the target alone for twice as long where it fails', () => {
  const { clock, breaker } = opened();
  clock.nowMs = 10_000;

  expect(breaker.waitMs('host')).toBe(0);
  expect(breaker.waitMs('host')).toBe(10_000);
  breaker.note('host', silent);

  expect(breaker.waitMs('host')).toBe(20_000);
});

it('lets everything through again after one success', () => {
  const { clock, breaker } = opened();
  clock.nowMs = 10_000;
  breaker.waitMs('host');
  breaker.note('host', { isFailure: false, tookMs: 50 });

  expect([breaker.waitMs('host'), breaker.waitMs('host')]).toEqual([0, 0]);
});

it('lets another try through where the one that was to find out never came back', () => {
  const { clock, breaker } = opened();
  clock.nowMs = 10_000;
  breaker.waitMs('host');
  clock.nowMs = 20_000;

  expect(breaker.waitMs('host')).toBe(0);
});

it('leaves nobody alone who refuses at once', () => {
  const breaker = new CircuitBreaker(() => 0);
  for (let failures = 0; failures < 10; failures++) breaker.note('host', { isFailure: true, tookMs: 20 });

  expect(breaker.waitMs('host')).toBe(0);
});

it('leaves a target alone for two minutes at most', () => {
  const { clock, breaker } = opened();
  for (let failures = 0; failures < 50; failures++) {
    clock.nowMs += silent.tookMs;
    breaker.note('host', silent);
  }

  expect(breaker.waitMs('host')).toBe(120_000);
});

it('counts a failure of tries that were under way together once', () => {
  const { breaker } = opened();
  for (let failures = 0; failures < 20; failures++) breaker.note('host', silent);

  expect(breaker.waitMs('host')).toBe(10_000);
});
