import { expect, it } from 'vitest';
import { VirtualGateway } from '../support/virtual-gateway.ts';

const SECOND = 1_000;
const PLACES = 10;
const RUNS = 60;
const SAMPLE_MS = 250;

/** 60 runs of 15 s that come at once, behind a limit of 10. */
async function runAll(messageMs: number) {
  const gateway = new VirtualGateway({ limits: { maxConcurrentTasks: PLACES } });
  gateway.hub.messageMs = messageMs;
  const held: number[] = [];
  for (let atMs = 0; atMs < 600 * SECOND; atMs += SAMPLE_MS)
    gateway.hub.at(gateway.hub.nowMs + atMs, () => {
      if (gateway.gate.admittedTasks < RUNS && gateway.gate.admittedTasks >= PLACES) held.push(gateway.gate.active);
    });
  await gateway.accept(
    Array.from({ length: RUNS }, () => ({ workKey: 'work', durationMs: 15 * SECOND })),
    0,
  );
  await gateway.hub.runUntil(gateway.hub.nowMs + 900 * SECOND);
  const runs = await gateway.followed();
  const { executions, activities, entityOperations } = gateway.hub.counts;
  return { gateway, runs, held, executions, activities, entityOperations };
}

it.each([0, SECOND])(
  'keeps the places of a workspace taken while runs wait, in few executions each, with messages that take %i ms',
  async (messageMs) => {
    const { gateway, runs, held, executions, entityOperations } = await runAll(messageMs);

    expect(runs.map(({ record }) => record.outcome)).toEqual(Array.from({ length: RUNS }, () => 'succeeded'));
    expect(Math.max(...held)).toBe(PLACES);
    const used = held.reduce((sum, places) => sum + places, 0) / (held.length * PLACES);
    expect(used).toBeGreaterThan(0.95);
    expect((executions['track-run'] ?? 0) / RUNS).toBeLessThanOrEqual(10);
    expect(entityOperations).toEqual({ ask: RUNS, release: RUNS });
    expect(gateway.gate).toMatchObject({ active: 0, next: [] });
  },
);
