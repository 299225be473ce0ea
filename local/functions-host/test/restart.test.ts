import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DurableCaller } from './durable-caller.ts';
import { appDirectory, HostProcess } from './host-process.ts';
import { torture } from './mixed-load.ts';

let host: HostProcess;
let durable: DurableCaller;

beforeAll(async () => {
  host = await new HostProcess({ app: appDirectory('conformance-app') }).start();
  durable = new DurableCaller(host);
});
afterAll(() => host[Symbol.asyncDispose]());

describe('a host that is killed', () => {
  /** What is under way at the one kill that the tests share. */
  const ids = { events: '', laterTimer: '', dueTimer: '', activity: '' };
  let timerStartedMs: number;

  beforeAll(async () => {
    const isRunning = ({ runtimeStatus }: { runtimeStatus: string }) => runtimeStatus === 'Running';
    ids.events = await durable.start('events', { names: ['a', 'b'] });
    await durable.raise(ids.events, 'a', 1);
    await durable.command(ids.events, 'suspend');
    await durable.webhook('entities/Counter/kept?op=add', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '7',
    });
    await durable.until(ids.events, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    timerStartedMs = Date.now();
    ids.laterTimer = await durable.start('timer', { ms: 3_000 });
    ids.dueTimer = await durable.start('timer', { ms: 500 });
    ids.activity = await durable.start('waitAll', { ms: [700] });
    await Promise.all([ids.laterTimer, ids.dueTimer, ids.activity].map((id) => durable.until(id, isRunning)));
    await host.stop('SIGKILL');
    await sleep(600);
    await host.start();
  });

  it('goes on with a timer that is still to come, and on time', async () => {
    expect((await durable.end(ids.laterTimer)).runtimeStatus).toBe('Completed');
    expect(Date.now() - timerStartedMs).toBeGreaterThanOrEqual(3_000);
  });

  it('goes on with a timer that came due meanwhile', async () => {
    expect((await durable.end(ids.dueTimer)).runtimeStatus).toBe('Completed');
  });

  it('runs an activity again that it was running', async () => {
    expect((await durable.end(ids.activity)).output).toEqual([700]);
  });

  it('keeps events, suspensions and entities', async () => {
    expect((await durable.status(ids.events)).runtimeStatus).toBe('Suspended');
    await durable.raise(ids.events, 'b', 2);
    await durable.command(ids.events, 'resume');
    expect((await durable.end(ids.events)).output).toEqual([1, 2]);
    expect(await (await durable.webhook('entities/counter/kept')).json()).toBe(7);
  });

  it('waits for the visibility timeout of an activity that it was running, where that is set', async () => {
    await using other = new HostProcess({
      app: appDirectory('conformance-app'),
      args: ['--no-auth', '--visibility-timeouts'],
      env: {
        AzureFunctionsJobHost__extensions__durableTask__storageProvider__workItemQueueVisibilityTimeout: '00:00:05',
      },
    });
    const caller = new DurableCaller(await other.start());
    const id = await caller.start('waitAll', { ms: [800] });
    await caller.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await sleep(200);
    await other.stop('SIGKILL');
    await other.start();
    // What begins meanwhile does not wait for it.
    expect((await caller.run('waitAll', { ms: [1_200] })).output).toEqual([1_200]);
    const { output, createdTime, lastUpdatedTime } = await caller.end(id);
    expect(output).toEqual([800]);
    expect(Date.parse(lastUpdatedTime) - Date.parse(createdTime)).toBeGreaterThanOrEqual(5_000);
  });

  it('neither loses nor doubles anything, whenever it is killed', async () => {
    const result = await torture(host, 80, 4, Math.random);
    expect(result).toMatchObject({ stuck: 0, wrong: 0, doubled: 0, leftOver: 0 });
  });
});
