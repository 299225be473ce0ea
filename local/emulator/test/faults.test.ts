import { describe, expect, it } from 'vitest';
import { Faults, faultSchema, type FaultSubject } from '../faults.ts';

const SUBJECT: FaultSubject = { operation: 'runs/submit', method: 'POST', path: '/api/2.1/jobs/runs/submit' };

function faults(specification: unknown, random?: () => number): Faults {
  const some = new Faults(random);
  some.add(faultSchema.parse(specification));
  return some;
}

describe('what a fault strikes', () => {
  it.each([
    [{}, true],
    [{ operation: 'runs/submit' }, true],
    [{ operation: 'runs/get' }, false],
    [{ path: '/api/2.1/jobs/runs/submit' }, true],
    [{ path: '/api/2.1/jobs/runs/submit/' }, true],
    [{ path: '/api/2.1/jobs/runs' }, false],
    [{ method: 'post' }, true],
    [{ method: 'GET' }, false],
    [{ operation: 'runs/submit', method: 'GET' }, false],
  ])('match %o: %s', (match, isStruck) => {
    expect(faults({ match, kind: 'reset' }).strike(SUBJECT).fault !== undefined).toBe(isStruck);
  });

  it('strikes as many times as is set, and stays known after', () => {
    const some = faults({ kind: 'status', status: 503, times: 2 });
    const struck = [1, 2, 3].map(() => some.strike(SUBJECT).fault?.status);
    expect(struck).toEqual([503, 503, undefined]);
    expect(some.remove('1')).toBe(true);
    expect(some.remove('1')).toBe(false);
  });

  it('strikes with the chance that it is given', () => {
    const chances = [0.1, 0.24, 0.25, 0.9];
    const some = faults({ kind: 'reset', probability: 0.25 }, () => chances.shift() ?? 1);
    expect([1, 2, 3, 4].map(() => some.strike(SUBJECT).fault !== undefined)).toEqual([true, true, false, false]);
  });

  it('adds up delays and then shows the first other fault', () => {
    const some = faults({ kind: 'delay', delay_seconds: 1 });
    some.add(faultSchema.parse({ kind: 'status', status: 429, delay_seconds: 0.5, times: 1 }));
    some.add(faultSchema.parse({ kind: 'reset' }));
    expect(some.strike(SUBJECT)).toMatchObject({ delayMs: 1_500, fault: { status: 429 } });
    expect(some.strike(SUBJECT)).toMatchObject({ delayMs: 1_000, fault: { kind: 'reset' } });
  });

  it.each<[object, string]>([
    [{}, 'no kind'],
    [{ kind: 'status', status: 42 }, 'no HTTP status'],
    [{ kind: 'reset', time: 1 }, 'a misspelt field'],
    [{ kind: 'reset', probability: 2 }, 'no probability'],
    [{ kind: 'delay', delay_seconds: -1 }, 'no delay'],
  ])('refuses %o: %s', (specification) => {
    expect(faultSchema.safeParse(specification).success).toBe(false);
  });
});
