import { expect, it } from 'vitest';
import { StopSignals } from '../stop-signals.ts';

function receivedAt(...times: number[]): string[] {
  const done: string[] = [];
  let now = 0;
  const signals = new StopSignals({
    stop: () => done.push(`stop ${now}`),
    end: () => done.push(`end ${now}`),
    nowMs: () => now,
  });
  for (now of times) signals.receive();
  return done;
}

it('takes signals within a second for one, as npm passes on what has come already', () => {
  expect(receivedAt(50, 51, 400, 1_049)).toEqual(['stop 50']);
});

it('ends at once at a signal that comes later', () => {
  expect(receivedAt(50, 51, 1_050)).toEqual(['stop 50', 'end 1050']);
});
