import { RestError } from '@azure/data-tables';
import { expect, it } from 'vitest';
import { VirtualGateway } from '../support/virtual-gateway.ts';

const SECOND = 1_000;
const PLACES = 10;
const RUNS = 60;

interface Scenario {
  places?: number;
  runs?: number;
  durationMs?: number;
  /** How long each message of the task hub is on its way. */
  messageMs?: number;
  lastsMs?: number;
  /** What goes wrong meanwhile. */
  trouble?: (gateway: VirtualGateway) => void;
}

/** Runs that come at once, behind a limit. */
async function runAll(scenario: Scenario) {
  const {
    places = PLACES,
    runs: count = RUNS,
    durationMs = 15 * SECOND,
    messageMs = SECOND,
    lastsMs = 900 * SECOND,
  } = scenario;
  const gateway = new VirtualGateway({ limits: { maxConcurrentTasks: places } });
  gateway.hub.messageMs = messageMs;
  await gateway.accept(
    Array.from({ length: count }, () => ({ workKey: 'work', durationMs })),
    0,
  );
  scenario.trouble?.(gateway);
  await gateway.hub.runUntil(gateway.hub.nowMs + lastsMs);
  const { runs } = gateway.workspace;
  const firstMs = Math.min(...runs.map(({ startedAtMs }) => startedAtMs));
  const lastMs = Math.max(...runs.map(({ endsAtMs }) => endsAtMs));
  const busyMs = runs.reduce((sum, { startedAtMs, endsAtMs }) => sum + endsAtMs - startedAtMs, 0);
  return {
    gateway,
    created: runs.map(({ name }) => Number.parseInt(name, 16)),
    used: busyMs / (places * (lastMs - firstMs)),
    most: mostAtOnce(runs),
  };
}

/** As Databricks saw it. */
function mostAtOnce(runs: readonly { startedAtMs: number; endsAtMs: number }[]): number {
  return Math.max(
    ...runs.map(({ startedAtMs: atMs }) => runs.filter((run) => run.startedAtMs <= atMs && run.endsAtMs > atMs).length),
  );
}

it.each([0, SECOND])(
  'keeps the places of a workspace taken while runs wait, in few executions each, with messages that take %i ms',
  async (messageMs) => {
    const { gateway, created, used, most } = await runAll({ messageMs });
    const runs = await gateway.followed();

    expect(runs.map(({ record }) => record.outcome)).toEqual(Array.from({ length: RUNS }, () => 'succeeded'));
    expect(created).toEqual(created.toSorted((one, other) => one - other));
    expect(most).toBe(PLACES);
    expect(used).toBeGreaterThan(0.95);
    const { executions, entityOperations } = gateway.hub.counts;
    expect((executions['track-run'] ?? 0) / RUNS).toBeLessThanOrEqual(10);
    expect(entityOperations).toEqual({ ask: RUNS, release: RUNS });
    expect(gateway.gate).toMatchObject({ active: 0, next: [], kept: 0, expired: [] });
  },
);

it('lets a workspace of one place go on where the orchestrations of those who wait are dead', async () => {
  const { gateway, created, most } = await runAll({
    places: 1,
    runs: 8,
    lastsMs: 300 * SECOND,
    trouble: ({ hub }) => {
      hub.at(hub.nowMs + 10 * SECOND, () => {
        for (const run of [1, 2, 4]) hub.kill(run.toString(16).padStart(32, '0'));
      });
    },
  });

  expect([most, created]).toEqual([1, [0, 1, 2, 3, 4, 5, 6, 7]]);
  const { runs } = gateway.workspace;
  const gapsMs = runs.slice(1).map(({ startedAtMs }, index) => startedAtMs - (runs[index]?.endsAtMs ?? 0));
  expect(Math.max(...gapsMs)).toBeLessThan(5 * SECOND);
});

const WRITES: ReadonlySet<string | symbol> = new Set(['submitTransaction', 'updateEntity', 'upsertEntity']);

/** All that would change something in storage fails for so long. */
function failWrites({ hub, storage }: VirtualGateway, { fromMs, untilMs }: { fromMs: number; untilMs: number }): void {
  const startMs = hub.nowMs;
  const table = storage.table.bind(storage);
  storage.table = async (name) => {
    const client = await table(name);
    return new Proxy(client, {
      get(target, key) {
        const afterMs = hub.nowMs - startMs;
        if (WRITES.has(key) && afterMs >= fromMs && afterMs < untilMs)
          return () => Promise.reject(new RestError('Status 503.', { statusCode: 503 }));
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
}

it('keeps the order of those who wait where storage fails while the first is to take over a place', async () => {
  const { gateway, created, most } = await runAll({
    places: 1,
    runs: 12,
    trouble: (each) => failWrites(each, { fromMs: 15 * SECOND, untilMs: 25 * SECOND }),
  });

  expect((await gateway.followed()).map(({ record }) => record.outcome)).not.toContain(null);
  expect([most, created]).toEqual([1, Array.from({ length: 12 }, (_, index) => index)]);
});

/** Numbers in [0, 1) that are the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it.each(
  Array.from({ length: Number(process.env['SEEDS'] ?? 8) }, (_, index) => index + Number(process.env['SEED'] ?? 1)),
)(
  'exceeds the limit never, and loses and doubles nothing, while processes end at any point (seed %i)',
  async (seed) => {
    const random = numbers(seed);
    const { gateway, created, most } = await runAll({
      places: 4,
      runs: 30,
      lastsMs: 3_600 * SECOND,
      trouble: (each) => {
        each.mayEnd = () => random() < 0.03;
        each.hub.at(each.hub.nowMs + 600 * SECOND, () => {
          each.mayEnd = undefined;
        });
        each.sweepFor(3_600 * SECOND);
      },
    });
    const runs = await gateway.followed();

    expect(most).toBeLessThanOrEqual(4);
    expect(created.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(runs.map(({ record }) => record.outcome)).toEqual(Array.from({ length: 30 }, () => 'succeeded'));
    expect(gateway.gate).toMatchObject({ active: 0, next: [], kept: 0, settled: [] });
  },
);
