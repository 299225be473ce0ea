import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DurableCaller } from './durable-caller.ts';
import { appDirectory, HostProcess } from './host-process.ts';
import { torture } from './mixed-load.ts';

let host: HostProcess;
let durable: DurableCaller;

beforeEach(async () => {
  host = await new HostProcess({ app: appDirectory('conformance-app') }).start();
  durable = new DurableCaller(host);
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
});

describe('a host that is killed', () => {
  it('goes on with a timer that is still to come, and on time', async () => {
    const startedMs = Date.now();
    const id = await durable.start('timer', { ms: 3_000 });
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await host.stop('SIGKILL');
    await host.start();
    expect((await durable.end(id)).runtimeStatus).toBe('Completed');
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(3_000);
  });

  it('goes on at once with a timer that came due meanwhile', async () => {
    const id = await durable.start('timer', { ms: 500 });
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await host.stop('SIGKILL');
    await sleep(600);
    await host.start();
    expect((await durable.end(id, 3_000)).runtimeStatus).toBe('Completed');
  });

  it('runs an activity again that it was running', async () => {
    const id = await durable.start('waitAll', { ms: [700] });
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await host.stop('SIGKILL');
    await host.start();
    expect((await durable.end(id)).output).toEqual([700]);
  });

  it('waits for the visibility timeout of an activity that it was running, where it is told to', async () => {
    await using other = new HostProcess({
      app: appDirectory('conformance-app'),
      args: ['--no-auth', '--visibility-timeouts'],
      env: {
        AzureFunctionsJobHost__extensions__durableTask__storageProvider__workItemQueueVisibilityTimeout: '00:00:08',
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
    expect(Date.parse(lastUpdatedTime) - Date.parse(createdTime)).toBeGreaterThanOrEqual(8_000);
  });

  it('keeps events, suspensions and entities', async () => {
    const id = await durable.start('events', { names: ['a', 'b'] });
    await durable.raise(id, 'a', 1);
    await durable.command(id, 'suspend');
    await durable.webhook('entities/Counter/kept?op=add', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '7',
    });
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    await host.stop('SIGKILL');
    await host.start();
    expect((await durable.status(id)).runtimeStatus).toBe('Suspended');
    await durable.raise(id, 'b', 2);
    await durable.command(id, 'resume');
    expect((await durable.end(id)).output).toEqual([1, 2]);
    expect(await (await durable.webhook('entities/counter/kept')).json()).toBe(7);
  });

  it('neither loses nor doubles anything, whenever it is killed', async () => {
    const result = await torture(host, 80, 4, Math.random);
    expect(result).toMatchObject({ stuck: 0, wrong: 0, doubled: 0, leftOver: 0 });
  });
});
