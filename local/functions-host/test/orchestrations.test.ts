import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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

describe('orchestrations', () => {
  it('run a chain of activities', async () => {
    const status = await durable.run('helloSequence');
    expect(status.runtimeStatus).toBe('Completed');
    expect(status.output).toEqual(['Hello Tokyo!', 'Hello Seattle!', 'Hello London!']);
  });

  it('fan out and in over hundreds of activities', async () => {
    expect((await durable.run('fanOut', { count: 300 })).output).toBe((299 * 300) / 2);
  });

  it('hand values to activities and back unchanged', async () => {
    const values = {
      object: { a: [1, null, 'x'] },
      array: [1, 2],
      text: 'plain',
      number: 1.5,
      flag: true,
      nested: { deep: { deeper: '€' } },
    };
    const { output } = await durable.run('values', values);
    expect(Object.fromEntries(Object.entries(output as object).map(([name, { input }]) => [name, input]))).toEqual(
      values,
    );
  });

  it('see an input of any kind', async () => {
    expect((await durable.run('inputOf', { a: 1 })).output).toMatchObject({ input: { a: 1 }, type: 'object' });
    expect((await durable.run('inputOf', 'text')).output).toMatchObject({ input: 'text' });
    expect((await durable.run('inputOf', 7)).output).toMatchObject({ input: 7 });
  });

  it('fail with the error of the orchestrator', async () => {
    const status = await durable.run('fail');
    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toBe("Orchestrator function 'fail' failed: this one fails");
    expect((await durable.run('failAtOnce')).output).toContain('before the first yield');
  });

  it('see a failed activity once all its siblings have ended', async () => {
    const { output } = await durable.run('allFails');
    expect(output).toMatchObject({
      caught: expect.stringContaining("Activity function 'failTimes' failed: attempt 1"),
      next: 'Hello next!',
    });
  });

  it('make the same ids and end up in the same order on every replay', async () => {
    const { output } = await durable.run('deterministic');
    const { guids } = output as { guids: string[] };
    expect(new Set(guids).size).toBe(2);
  });
});

describe('retries', () => {
  it('call a failing activity again until it succeeds', async () => {
    const { output } = await durable.run('retry', { key: 'retry-succeeds', times: 2, attempts: 5 });
    expect(output).toEqual({ attempt: 3, after: 'Hello after!' });
  });

  it('give up after the last attempt and its delay', async () => {
    const { output } = await durable.run('retry', { key: 'retry-gives-up', times: 9, attempts: 3 });
    expect(output).toEqual({
      error: expect.stringContaining('attempt 3 of retry-gives-up fails'),
      after: 'Hello failure!',
    });
  });

  it('back off as their options say', async () => {
    const startedMs = Date.now();
    await durable.run('retry', { key: 'retry-backs-off', times: 3, attempts: 5, firstMs: 100, coefficient: 2 });
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(700);
  });

  it('keep ids in step inside Task.any with a timer that is canceled', async () => {
    const { output } = await durable.run('retryInAny', { key: 'retry-in-any', times: 2 });
    expect(output).toEqual([3, 'Hello one!', 'Hello two!']);
  });
});

describe('timers and events', () => {
  it('wait for a timer', async () => {
    expect((await durable.run('timer', { ms: 300 })).output).toBeGreaterThanOrEqual(300);
  });

  it('end at once when the losing timer is canceled', async () => {
    // Not within the test's time, were the other timer waited for.
    expect((await durable.run('anyOfTimers', { longMs: 600_000, cancel: true })).output).toBe('short');
  });

  it('stay running while a losing timer is open', async () => {
    const startedMs = Date.now();
    expect((await durable.run('anyOfTimers', { longMs: 1_500, cancel: false })).output).toBe('short');
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(1_500);
  });

  it('keep a timer of thirty days from firing early', async () => {
    const id = await durable.start('longTimer', {});
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await durable.raise(id, 'go', null);
    expect((await durable.end(id)).output).toBe('event');
  });

  it('take external events in the order of their waits, early ones included', async () => {
    const id = await durable.start('events', { names: ['a', 'b', 'a'] });
    await durable.raise(id, 'b', 'b1');
    await durable.raise(id, 'A', 'a1');
    await durable.raise(id, 'a', { n: 2 });
    const status = await durable.until(
      id,
      ({ customStatus }) => (customStatus as { received: number } | null)?.received !== undefined,
    );
    expect(status.runtimeStatus).toBe('Running');
    await durable.raise(id, 'a', 'a3');
    const { output } = await durable.end(id);
    expect((output as unknown[])[1]).toBe('b1');
  });

  it('race an event against a timer', async () => {
    const id = await durable.start('eventOrTimeout', { ms: 60_000 });
    await durable.raise(id, 'approval', { by: 'someone' });
    expect((await durable.end(id)).output).toEqual({ approved: { by: 'someone' } });
    expect((await durable.run('eventOrTimeout', { ms: 100 })).output).toBe('timeout');
  });
});

describe('generations', () => {
  it('continue as new with the next input', async () => {
    expect((await durable.run('countUp', { n: 0, until: 12 })).output).toBe(12);
  });

  it('keep events that were still queued', async () => {
    const id = await durable.start('collector', { until: 5 });
    for (let item = 0; item < 5; item++) {
      await durable.raise(id, 'item', item);
      await durable.until(
        id,
        ({ input }) => ((input as { got?: unknown[] }).got?.length ?? 0) === Math.min(item + 1, 4),
      );
    }
    expect((await durable.end(id)).output).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('sub-orchestrations', () => {
  it('give their output to the parent and know it', async () => {
    const { output, instanceId } = await durable.run('parent', { id: 'a-child', x: 1 });
    expect(output).toEqual([
      expect.objectContaining({ input: { x: 1 }, parent: instanceId }),
      ['Hello Tokyo!', 'Hello Seattle!', 'Hello London!'],
    ]);
    expect((await durable.status('a-child')).runtimeStatus).toBe('Completed');
  });

  it('fail the parent with their error', async () => {
    const { output } = await durable.run('parentOfFailing', { key: 'child-fails', times: 1 });
    expect((output as { error: string }).error).toContain('attempt 1 of child-fails fails');
  });

  it('are tried again', async () => {
    expect((await durable.run('parentOfFailing', { key: 'child-retried', times: 2, attempts: 4 })).output).toEqual({
      attempt: 3,
    });
  });
});

describe('callHttp', () => {
  it('returns whatever the server responds with', async () => {
    const { output } = await durable.run('callHttp', { url: `${host.url}/api/nowhere` });
    expect(output).toMatchObject({ status: 404, after: 'Hello after!' });
  });

  it('polls the location of a 202 until another response comes', async () => {
    let polls = 0;
    const server = createServer((request, response) => {
      if (request.url === '/begin') return response.writeHead(202, { location: '/poll', 'retry-after': '1' }).end();
      polls++;
      if (polls < 2) return response.writeHead(202, { location: '/poll', 'retry-after': '1' }).end();
      return response.end('done');
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    expect((await durable.run('callHttp', { url: `${base}/begin` })).output).toEqual({
      status: 200,
      content: 'done',
      after: 'Hello after!',
    });
    expect((await durable.run('callHttp', { url: `${base}/begin`, enablePolling: false })).output).toMatchObject({
      status: 202,
    });
  });
});

describe('an app with unhandled rejections', () => {
  it('says so in the log and goes on', async () => {
    expect((await fetch(`${host.url}/api/rejects`)).status).toBe(200);
    await expect.poll(() => host.output).toContain('nobody awaits this');
    await expect.poll(() => host.output).toContain('nobody catches this');
    expect((await durable.run('helloSequence')).runtimeStatus).toBe('Completed');
  });
});

describe('failure details', () => {
  it('carry the properties that the app adds to an error', async () => {
    expect((await durable.run('failureDetails')).output).toEqual({
      name: 'TaskFailedError',
      type: 'BusinessError',
      message: 'the business fails',
      properties: { code: 'E42' },
    });
  });

  it('go up from a sub-orchestration', async () => {
    expect((await durable.run('failureOfChild')).output).toMatchObject({ properties: { code: 'E42' } });
  });
});
