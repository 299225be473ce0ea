import { expect, it } from 'vitest';
import { isSweepDue } from '../../../src/shared/domain/sweep-schedule.ts';

const MINUTE = 60_000;
const opened = Date.UTC(2026, 2, 1, 12, 2, 30);

function minutesSwept(fromMinute: number, toMinute: number, jitterMs = 0): number[] {
  const ticks = Array.from({ length: toMinute - fromMinute }, (_, index) => fromMinute + index);
  return ticks.filter((minute) => isSweepDue(Date.UTC(2026, 2, 1, 12, minute) + jitterMs, opened, false));
}

it('sweeps every minute of a process that has just begun, as its bundle may have ended orchestrations', () => {
  expect(minutesSwept(3, 8)).toEqual([3, 4, 5, 6, 7]);
});

it.each([0, -5, 900])('sweeps every five minutes from then on, with a timer that is %d ms late', (jitterMs) => {
  expect(minutesSwept(8, 31, jitterMs)).toEqual([10, 15, 20, 25, 30]);
});

it('makes up for a sweep that was missed', () => {
  expect(isSweepDue(opened + 27 * MINUTE, opened, true)).toBe(true);
});
