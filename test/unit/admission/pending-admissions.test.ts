import { expect, it } from 'vitest';
import { PendingAdmissions } from '../../../src/shared/admission/pending-admissions.ts';

it('counts what was accepted and has drawn no ticket yet, however the readings of the line come', () => {
  const pending = new PendingAdmissions();
  const accept = (issued: number) => {
    const before = pending.count('default', issued, 1_000);
    pending.add('default', 1_000);
    return before;
  };

  expect([accept(40), accept(40), accept(40), accept(41), accept(40), accept(43)]).toEqual([0, 1, 2, 2, 3, 2]);
  expect(pending.count('default', 50, 1_000)).toBe(0);
  expect(pending.count('other', 0, 1_000)).toBe(0);
});

it('forgets what was not accepted after all, and what waits for a sweep', () => {
  const pending = new PendingAdmissions();
  for (const nowMs of [1_000, 1_000, 2_000]) {
    pending.count('default', 0, nowMs);
    pending.add('default', nowMs);
  }

  pending.remove('default', 1_000);

  expect(pending.count('default', 0, 2_000)).toBe(2);
  expect(pending.count('default', 0, 121_500)).toBe(1);
});

it('gives a place back also where the ticket of another run was counted for it meanwhile', () => {
  const pending = new PendingAdmissions();
  for (const nowMs of [1_000, 1_001]) {
    pending.count('default', 0, nowMs);
    pending.add('default', nowMs);
  }
  expect(pending.count('default', 1, 1_002)).toBe(1);

  pending.remove('default', 1_000);

  expect(pending.count('default', 1, 1_003)).toBe(0);
});
