import { expect, it } from 'vitest';
import { DatabricksPermissionError, DatabricksUnavailableError } from '../../src/shared/databricks/errors.ts';
import { RUN_TABLE } from '../../src/shared/ledger/run-row.ts';
import { StorageUnavailableError } from '../../src/shared/storage/storage.ts';
import type { VirtualRunRequest } from '../support/virtual-gateway.ts';
import { VirtualGateway } from '../support/virtual-gateway.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function equalRuns(count: number, durationMs: number): VirtualRunRequest[] {
  return Array.from({ length: count }, () => ({ workKey: 'work', durationMs }));
}

/** How long after their ends the ledger had them, the shortest first. */
async function lagsOf(gateway: VirtualGateway): Promise<number[]> {
  return (await gateway.followed()).map(({ lagMs }) => lagMs).toSorted((one, other) => one - other);
}

/** Refuses to read some runs, as Databricks does where the gateway may not see them, or cannot. */
function unreadable(gateway: VirtualGateway, count: number, error: (operation: string) => Error): void {
  const isUnreadable = (runId: unknown) =>
    gateway.workspace.runs.slice(0, count).some((run) => `${run.runId}` === runId);
  gateway.workspace.fault = (operation, asked) =>
    operation === 'runs/get' && isUnreadable(String(asked['run_id'])) ? error(operation) : undefined;
}

it.each<[string, (operation: string) => Error]>([
  ['forbids', (operation) => new DatabricksPermissionError({ operation, status: 403 })],
  ['fails for', (operation) => new DatabricksUnavailableError({ operation, status: 500 })],
])('sees the ends of the others while Databricks %s some runs', async (_what, error) => {
  const gateway = new VirtualGateway();
  unreadable(gateway, 12, error);
  await gateway.accept(equalRuns(36, MINUTE), 50);
  await gateway.hub.runUntil(gateway.hub.nowMs + 2 * MINUTE);
  const states = await gateway.states();

  expect(states.filter((status) => status === 'completed')).toHaveLength(24);
  gateway.workspace.fault = undefined;
  await gateway.hub.runUntil(gateway.hub.nowMs + 2 * MINUTE);
  expect(await lagsOf(gateway)).toHaveLength(36);
});

it('follows runs of a workspace whose lists cannot be read', async () => {
  const gateway = new VirtualGateway();
  gateway.workspace.fault = (operation) =>
    operation === 'runs/list' ? new DatabricksUnavailableError({ operation, status: 500 }) : undefined;
  await gateway.accept(equalRuns(40, MINUTE), 50);
  await gateway.hub.runUntil(gateway.hub.nowMs + 4 * MINUTE);

  expect((await lagsOf(gateway)).at(-1)).toBeLessThan(MINUTE);
});

it('reads on where storage was away while it read', async () => {
  const gateway = new VirtualGateway();
  const { watchIndex } = gateway.context;
  const list = watchIndex.list.bind(watchIndex);
  let failures = 3;
  watchIndex.list = async (...given) => {
    if (failures-- > 0) throw new StorageUnavailableError(new Error('away'));
    return list(...given);
  };
  await gateway.accept(equalRuns(5, MINUTE), 50);
  await gateway.hub.runUntil(gateway.hub.nowMs + 3 * MINUTE);

  expect(failures).toBeLessThan(0);
  expect((await lagsOf(gateway)).at(-1)).toBeLessThan(MINUTE);
});

it('gives up a list whose pages are empty and do not end', async () => {
  const gateway = new VirtualGateway();
  let token = 0;
  gateway.workspace.fault = (operation) =>
    operation === 'runs/list' ? { runs: [], next_page_token: `${token++}` } : undefined;
  await gateway.accept(equalRuns(60, MINUTE), 50);
  await gateway.hub.runUntil(gateway.hub.nowMs + 5 * MINUTE);

  expect((await lagsOf(gateway)).at(-1)).toBeLessThan(MINUTE);
  expect(gateway.workspace.peaks['runs/list']).toBeLessThanOrEqual(10);
});

it('reads 150 runs that end at once by one activity of one watcher', async () => {
  const gateway = new VirtualGateway();
  await gateway.accept(equalRuns(150, 2 * MINUTE), 10);
  await gateway.hub.runUntil(gateway.hub.nowMs + 6 * MINUTE);

  expect(await lagsOf(gateway)).toHaveLength(150);
  expect(gateway.hub.counts.activities['read-active-runs']).toBe(1);
  expect((await gateway.context.watchIndex.mark('default'))?.turn).toBe(1);
  expect(gateway.hub.longestGeneration['watch-runs']).toBeLessThan(500);
});

it('replaces watchers that are dead though the engine calls them active', async () => {
  const gateway = new VirtualGateway();
  await gateway.accept(equalRuns(5, 60 * MINUTE), 50);
  gateway.sweepFor(80 * MINUTE);
  for (const atMs of [MINUTE, 12 * MINUTE])
    gateway.hub.at(gateway.hub.nowMs + atMs, () => {
      for (let turn = 1; turn <= 3; turn++) gateway.hub.kill(`watch-default-${turn}`);
    });
  await gateway.hub.runUntil(gateway.hub.nowMs + 80 * MINUTE);

  expect((await lagsOf(gateway)).at(-1)).toBeLessThan(MINUTE);
});

it('has a watcher that sleeps in another instance read the runs that are submitted meanwhile', async () => {
  const gateway = new VirtualGateway({ hasManyInstances: true });
  await gateway.accept(equalRuns(1, 60 * MINUTE), 50);
  gateway.hub.at(gateway.hub.nowMs + 20 * MINUTE, () =>
    gateway.accept(
      Array.from({ length: 60 }, () => ({ workKey: 'short', durationMs: MINUTE })),
      20,
    ),
  );
  await gateway.hub.runUntil(gateway.hub.nowMs + 80 * MINUTE);

  const lags = await lagsOf(gateway);
  expect(lags).toHaveLength(61);
  expect(lags.slice(0, 60).at(-1)).toBeLessThan(15 * SECOND);
  expect((await gateway.context.watchIndex.mark('default'))?.turn).toBe(1);
  // Of those that are submitted at once, few have to say so.
  expect(gateway.hub.counts.executions['watch-runs']).toBeLessThan(20);
});

it('begins a new generation of a watcher before its history grows by the events of many submits', async () => {
  const gateway = new VirtualGateway({ hasManyInstances: true });
  await gateway.accept(equalRuns(1, 4 * 60 * MINUTE), 50);
  gateway.hub.at(gateway.hub.nowMs + 10 * MINUTE, () => gateway.accept(equalRuns(200, SECOND), 45 * SECOND));
  await gateway.hub.runUntil(gateway.hub.nowMs + 5 * 60 * MINUTE);

  expect(await lagsOf(gateway)).toHaveLength(201);
  expect(gateway.hub.longestGeneration['watch-runs']).toBeLessThan(250);
});

it('leaves a run to the sweep whose entry cannot be understood, and reads the others as before', async () => {
  const gateway = new VirtualGateway();
  await gateway.accept(equalRuns(3, 2 * MINUTE), 50);
  gateway.hub.at(gateway.hub.nowMs + 10 * SECOND, async () => {
    const entry = gateway.storage.rows(RUN_TABLE).find(({ rowKey }) => rowKey.startsWith('w:'));
    if (entry !== undefined) gateway.storage.load(RUN_TABLE, [{ ...entry, run: '{}' }]);
  });
  gateway.sweepFor(30 * MINUTE);
  await gateway.hub.runUntil(gateway.hub.nowMs + 30 * MINUTE);

  const lags = await lagsOf(gateway);
  expect(lags.slice(0, 2).every((lagMs) => lagMs < 15 * SECOND)).toBe(true);
  expect(lags.at(-1)).toBeLessThan(20 * MINUTE);
});

it('gives a run no second entry where two watchers move the first', async () => {
  const gateway = new VirtualGateway();
  const { watchIndex } = gateway.context;
  const key = { id: 'a', createdAtMs: 1 };
  const times = { submittedAtMs: 1, startedAtMs: null, notifiedAtMs: null, recordedAtMs: 1 };
  const from = {
    run: { key, runId: '1', workKey: 'work', estimate: null, started: false, seen: '', ...times },
    dueAtMs: 1_000,
  };
  await watchIndex.add('default', from);

  await watchIndex.move('default', [{ from, to: { ...from, dueAtMs: 2_000 } }]);
  await watchIndex.move('default', [{ from, to: { ...from, dueAtMs: 3_000 } }]);

  const entries = await watchIndex.list('default', { max: 10 });
  expect(entries.map(({ dueAtMs }) => dueAtMs)).toEqual([2_000]);
});
