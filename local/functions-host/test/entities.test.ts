import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DurableCaller } from './durable-caller.ts';
import { appDirectory, type HostProcess, startHost } from './host-process.ts';

let host: HostProcess;
let durable: DurableCaller;

beforeAll(async () => {
  host = await startHost({ app: appDirectory('conformance-app') });
  durable = new DurableCaller(host);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

async function signal(key: string, operation: string, input: unknown): Promise<void> {
  const response = await durable.webhook(`entities/Counter/${key}?op=${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(202);
}

async function stateOf(key: string): Promise<unknown> {
  const response = await durable.webhook(`entities/counter/${key}`);
  return response.status === 404 ? undefined : response.json();
}

describe('entities', () => {
  it('respond to calls and take signals in order, and report a failure to the caller', async () => {
    const { output } = await durable.run('entityCalls', {});
    expect(output).toEqual({ first: 5, value: 15, error: 'the counter fails' });
  });

  it('take signals of clients in batches without losing one', async () => {
    await Promise.all(Array.from({ length: 60 }, () => signal('batch', 'add', 1)));
    await expect.poll(() => stateOf('batch')).toBe(60);
  });

  it('signal each other', async () => {
    await signal('a', 'add', 4);
    await signal('a', 'forward', 'b');
    await expect.poll(() => stateOf('b')).toBe(4);
  });

  it('are gone once they delete themselves', async () => {
    await signal('gone', 'add', 1);
    await expect.poll(() => stateOf('gone')).toBe(1);
    await signal('gone', 'delete', null);
    await expect.poll(() => stateOf('gone')).toBe(undefined);
  });

  it('are listed with their state', async () => {
    await signal('listed', 'add', 3);
    await expect.poll(() => stateOf('listed')).toBe(3);
    const response = await durable.webhook('entities/counter?fetchState=true');
    expect(await response.json()).toContainEqual({
      entityId: { name: 'counter', key: 'listed' },
      lastOperationTime: expect.any(String),
      state: 3,
    });
  });
});

describe('locks', () => {
  it('let one orchestration at a time move between two entities', async () => {
    await signal('from', 'add', 100);
    await expect.poll(() => stateOf('from')).toBe(100);
    const transfers = Array.from({ length: 5 }, (_, index) =>
      durable.run('transfer', {
        from: index % 2 ? 'to' : 'from',
        to: index % 2 ? 'from' : 'to',
        amount: 10,
        holdMs: 50,
      }),
    );
    const results = await Promise.all(transfers);
    expect(results.map(({ runtimeStatus }) => runtimeStatus)).toEqual(Array(5).fill('Completed'));
    await expect.poll(async () => [await stateOf('from'), await stateOf('to')]).toEqual([90, 10]);
  });

  it('hold signals of others back until they are released', async () => {
    const id = await durable.start('lockAndWait', { key: 'held' });
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await signal('held', 'add', 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await stateOf('held')).toBe(undefined);
    await durable.command(id, 'terminate?reason=test');
    await expect.poll(() => stateOf('held')).toBe(1);
  });

  it('are given back when the orchestration ends without releasing them', async () => {
    expect((await durable.run('lockAndEnd', { key: 'ended' })).output).toBe('ended with the lock');
    await signal('ended', 'add', 2);
    await expect.poll(() => stateOf('ended')).toBe(2);
  });
});
