import { expect, it } from 'vitest';
import { createContext } from '../../../../src/shared/create-context.ts';
import { restartWatchers, watchRun } from '../../../../src/shared/runs/record/watch-run.ts';
import { MemoryOrchestrations } from '../../../support/memory-orchestrations.ts';
import { openMemoryStorage } from '../../../support/memory-storage.ts';

/** A gateway on a clock that moves on while it waits, and its Durable engine. */
function open() {
  let nowMs = Date.UTC(2026, 5, 1);
  const env = {
    DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
    DATABRICKS_TOKEN: 'dapi-token',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  };
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  const storage = openMemoryStorage(() => nowMs);
  const context = createContext(env, { now: () => nowMs, sleep, sink: () => undefined, storage });
  return { context, orchestrations: new MemoryOrchestrations(), sleep };
}

const runOf = (id: string) => ({
  workspace: 'default',
  key: { id: id.repeat(32), createdAtMs: Date.UTC(2026, 5, 1) },
  runId: '1',
  submittedAtMs: Date.UTC(2026, 5, 1),
  estimate: null,
  workKey: 'work',
  isNotified: false,
});

/** The engine of a process that ends between the mark of a watcher and its start: neither comes back. */
class EndingOrchestrations extends MemoryOrchestrations {
  override startWatcher(): Promise<void> {
    return new Promise(() => {});
  }
}

async function endAfterMark(context: ReturnType<typeof open>['context'], sleep: (ms: number) => Promise<void>) {
  void watchRun(context, new EndingOrchestrations(), runOf('a'));
  while ((await context.watchIndex.mark('default')) === undefined) await Promise.resolve();
  await sleep(1_000);
}

it('starts the watcher that a process was to start which has ended, when its step is taken again', async () => {
  const { context, orchestrations, sleep } = open();
  await endAfterMark(context, sleep);

  expect(await watchRun(context, orchestrations, runOf('a'))).toBe(true);

  expect(orchestrations.watchers).toMatchObject([{ workspace: 'default', turn: 1 }]);
});

it('starts it with a sweep, where no step is taken again', async () => {
  const { context, orchestrations, sleep } = open();
  await endAfterMark(context, sleep);

  await restartWatchers(context, orchestrations);

  expect(orchestrations.watchers).toMatchObject([{ workspace: 'default', turn: 1 }]);
});

it('leaves a watcher alone that another is just starting', async () => {
  const { context, orchestrations, sleep } = open();
  await endAfterMark(context, sleep);
  let asked = 0;
  orchestrations.watcherStatus = async () => (++asked < 3 ? 'none' : 'active');

  expect(await watchRun(context, orchestrations, runOf('b'))).toBe(true);

  expect(asked).toBe(3);
  expect(orchestrations.watchers).toEqual([]);
});
