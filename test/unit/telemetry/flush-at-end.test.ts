import { expect, it } from 'vitest';
import { FlushAtEnd, flushAfter } from '../../../src/shared/telemetry/flush-at-end.ts';
import { NO_TELEMETRY } from '../../../src/shared/telemetry/telemetry.ts';

/** A receiver that takes `tookMs` of a clock of its own to respond, or all the time that it is given. */
function open(tookMs: number) {
  let nowMs = 0;
  let flushes = 0;
  const waiting: (() => void)[] = [];
  const telemetry = {
    ...NO_TELEMETRY,
    isOn: true,
    flush: (timeoutMs: number) => {
      flushes += 1;
      return new Promise<void>((resolve) => {
        waiting.push(() => {
          nowMs += Math.min(tookMs, timeoutMs);
          resolve();
        });
      });
    },
  };
  return {
    flushAtEnd: new FlushAtEnd(telemetry, () => nowMs),
    flushes: () => flushes,
    respond: () => waiting.shift()?.(),
    pass: (ms: number) => (nowMs += ms),
  };
}

async function isPending(work: Promise<void>): Promise<boolean> {
  const marker = Symbol('pending');
  return (await Promise.race([work, Promise.resolve(marker)])) === marker;
}

it('has an activity wait until what it recorded has arrived', async () => {
  const { flushAtEnd, respond } = open(30);

  const ended = flushAfter('activityTrigger', () => ({ flushAtEnd }));
  expect(await isPending(ended)).toBe(true);
  respond();
  await ended;
});

it('holds up no response, and no step of an orchestration', async () => {
  for (const type of ['httpTrigger', 'orchestrationTrigger', 'entityTrigger']) {
    const { flushAtEnd, flushes } = open(Infinity);
    await flushAfter(type, () => ({ flushAtEnd }));
    expect(flushes()).toBe(1);
  }
});

it('waits for a receiver that does not respond once in a minute', async () => {
  const { flushAtEnd, respond, pass, flushes } = open(Infinity);
  const first = flushAtEnd.invocationEnded({ isAwaited: false });
  respond();
  await first;

  pass(59_000);
  await flushAtEnd.invocationEnded({ isAwaited: false });
  expect(flushes()).toBe(2);

  pass(2_000);
  expect(await isPending(flushAtEnd.invocationEnded({ isAwaited: false }))).toBe(true);
});

it('sends what invocations record that end together at once', async () => {
  const { flushAtEnd, flushes } = open(0);
  void flushAtEnd.invocationEnded({ isAwaited: false });
  await flushAtEnd.invocationEnded({ isAwaited: false });

  expect(flushes()).toBe(1);
});

it('does nothing where the settings cannot be used, or name no receiver', async () => {
  const withoutSettings = flushAfter('activityTrigger', () => {
    throw new Error('no settings');
  });
  await expect(withoutSettings).resolves.toBeUndefined();
  const flushAtEnd = new FlushAtEnd(NO_TELEMETRY, () => 0);
  await expect(flushAtEnd.invocationEnded({ isAwaited: false })).resolves.toBeUndefined();
});
