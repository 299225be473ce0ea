import { expect, it } from 'vitest';
import { runBurst } from '../../bench/burst/burst.ts';

it('lets a burst through at the pace that the workspace allows, in order, none refused', async () => {
  const report = await runBurst({ runs: 44, creations: 24, windowSeconds: 10, maxConcurrent: 16, runSeconds: 0.1 });

  expect(report).toMatchObject({ accepted: 44, refused: 0, succeeded: 44, throttled: 0 });
  expect(report.mostInAnyWindow).toBeLessThanOrEqual(24);
  expect(report.mostActive).toBeLessThanOrEqual(16);
  // How far the one that is furthest off goes with the machine's load; the order itself is held by a simulation.
  expect(report.displacement.median).toBeLessThan(10);
});
