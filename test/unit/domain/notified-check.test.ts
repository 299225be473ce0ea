import { expect, it } from 'vitest';
import { isNotifiedCheckDue } from '../../../src/shared/domain/notified-check.ts';

const MINUTE = 60_000;

/** At which of the sweeps, one every five minutes give or take a second, a run that never ends is checked; in minutes. */
function checks(untilMinutes: number): number[] {
  const atMinutes: number[] = [];
  let checkedAtMs = 300;
  for (let minutes = 5; minutes <= untilMinutes; minutes += 5) {
    const nowMs = minutes * MINUTE + (minutes % 2 === 0 ? 1_000 : -1_000);
    if (!isNotifiedCheckDue({ submittedAtMs: 0, checkedAtMs }, nowMs)) continue;
    checkedAtMs = nowMs;
    atMinutes.push(minutes);
  }
  return atMinutes;
}

it('checks a run after five minutes, then whenever it is twice as old, and at least once an hour', () => {
  expect(checks(330)).toEqual([5, 10, 20, 40, 80, 140, 200, 260, 320]);
});
