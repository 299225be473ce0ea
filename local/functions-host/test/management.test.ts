import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DurableCaller, type Status } from './durable-caller.ts';
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

/** Calls a method of the durable client inside the app. */
async function client(method: string, ...args: unknown[]): Promise<{ value?: unknown; error?: string }> {
  const response = await fetch(`${host.url}/api/client`, { method: 'POST', body: JSON.stringify({ method, args }) });
  return (await response.json()) as { value?: unknown; error?: string };
}

function isRunning({ runtimeStatus }: Status): boolean {
  return runtimeStatus === 'Running';
}

describe('the webhooks', () => {
  it('start an orchestration with links that work', async () => {
    const response = await durable.webhook('orchestrators/helloSequence/my-id', { method: 'POST', body: '{}' });
    expect(response.status).toBe(202);
    expect(response.headers.get('retry-after')).toBe('10');
    const links = (await response.json()) as Record<string, string>;
    expect(links['id']).toBe('my-id');
    await durable.end('my-id');
    const status = await fetch(links['statusQueryGetUri']!);
    expect(status.status).toBe(200);
    expect(response.headers.get('location')).toBe(links['statusQueryGetUri']);
  });

  it('wait for the end when asked to', async () => {
    const response = await durable.webhook('orchestrators/helloSequence?timeout=10&pollingInterval=1', {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(['Hello Tokyo!', 'Hello Seattle!', 'Hello London!']);
    const late = await durable.webhook('orchestrators/timer?timeout=0.2&pollingInterval=0.1', {
      method: 'POST',
      body: '{"ms":3000}',
    });
    expect(late.status).toBe(202);
  });

  it('respond with 202 while running, 200 at the end and 500 for a failure only when asked to', async () => {
    const id = await durable.start('events', { names: ['go'] });
    const running = await durable.webhook(`instances/${id}`);
    expect([running.status, running.headers.get('retry-after')]).toEqual([202, '5']);
    await durable.raise(id, 'go', 1);
    await durable.end(id);
    expect((await durable.webhook(`instances/${id}`)).status).toBe(200);
    const { instanceId } = await durable.run('fail');
    expect((await durable.webhook(`instances/${instanceId}`)).status).toBe(200);
    expect((await durable.webhook(`instances/${instanceId}?returnInternalServerErrorOnFailure=true`)).status).toBe(500);
  });

  it('refuse what cannot be', async () => {
    expect((await durable.webhook('orchestrators/inputOf', { method: 'POST', body: '{' })).status).toBe(400);
    expect((await durable.webhook('instances/unknown')).status).toBe(404);
    expect(await durable.raise('unknown', 'x', 1)).toBe(404);
    await durable.start('events', { names: ['go'] }, 'taken');
    expect((await durable.webhook('orchestrators/events/taken', { method: 'POST', body: '{"names":[]}' })).status).toBe(
      409,
    );
    const plain = await durable.webhook('instances/taken/raiseEvent/go', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '1',
    });
    expect(plain.status).toBe(400);
    expect(await durable.raise('taken', 'go', 1)).toBe(202);
    await durable.end('taken');
    expect(await durable.raise('taken', 'go', 1)).toBe(410);
  });

  it('take an orchestrator that nobody knows, which ends as failed', async () => {
    const { runtimeStatus, output } = await durable.run('nope');
    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(/^The function 'nope' doesn't exist, is disabled, or is not an orchestrator function\./);
  });

  it.each([
    ['POST', 'orchestrators/events/x/part'],
    ['GET', 'instances/x/part'],
    ['DELETE', 'instances/x/part'],
    ['POST', 'instances/x/terminate/part'],
    ['POST', 'instances/x/raiseEvent/go/part'],
    ['POST', 'entities/Counter/x/part'],
    ['GET', 'entities/Counter/x/part'],
  ])('know no path of a segment more: %s %s', async (method, path) => {
    await durable.start('events', { names: ['go'] }, 'x').catch(() => undefined);
    const response = await durable.webhook(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{"names":[]}' } : {}),
    });
    expect(response.status).toBe(404);
    expect((await durable.status('x')).runtimeStatus).toMatch(/Pending|Running/);
  });

  it('take ids and keys that Azure takes', async () => {
    for (const id of ['@begins', 'x'.repeat(257)]) {
      await durable.start('inputOf', 1, encodeURIComponent(id));
      expect((await durable.end(encodeURIComponent(id))).instanceId).toBe(id);
    }
    expect((await durable.webhook('entities/Counter/a%2Fb?op=add', { method: 'POST', body: '1' })).status).toBe(202);
  });

  it('show the history', async () => {
    const { instanceId } = await durable.run('helloSequence');
    const { historyEvents = [] } = await durable.status(instanceId, 'showHistory=true&showHistoryOutput=true');
    expect(historyEvents.map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'TaskCompleted',
      'TaskCompleted',
      'TaskCompleted',
      'ExecutionCompleted',
    ]);
    expect(historyEvents[1]).toMatchObject({ FunctionName: 'hello', Result: 'Hello Tokyo!' });
  });

  it('list by state, time and prefix, page by page', async () => {
    const before = new Date().toISOString();
    for (let index = 0; index < 7; index++) await durable.start('inputOf', { index }, `listed-${index}`);
    for (let index = 0; index < 7; index++) await durable.end(`listed-${index}`);
    const ids: string[] = [];
    let token: string | null = null;
    let pages = 0;
    do {
      const response: Response = await durable.webhook(
        `instances?instanceIdPrefix=listed-&top=3&runtimeStatus=Completed&createdTimeFrom=${before}`,
        {
          headers: token ? { 'x-ms-continuation-token': token } : {},
        },
      );
      ids.push(...((await response.json()) as Status[]).map(({ instanceId }) => instanceId));
      token = response.headers.get('x-ms-continuation-token');
      pages++;
    } while (token);
    expect(pages).toBe(3);
    expect(ids).toEqual(Array.from({ length: 7 }, (_, index) => `listed-${index}`));
    expect(await (await durable.webhook('instances?instanceIdPrefix=listed-&runtimeStatus=Failed')).json()).toEqual([]);
  });

  it('purge one instance, or many by time and state', async () => {
    const { instanceId } = await durable.run('inputOf', {});
    expect(await (await durable.webhook(`instances/${instanceId}`, { method: 'DELETE' })).json()).toEqual({
      instancesDeleted: 1,
    });
    expect((await durable.webhook(`instances/${instanceId}`)).status).toBe(404);
    const from = new Date().toISOString();
    for (let index = 0; index < 3; index++) await durable.run('failAtOnce');
    const path = `instances?createdTimeFrom=${from}&runtimeStatus=Failed`;
    expect(await (await durable.webhook(path, { method: 'DELETE' })).json()).toEqual({ instancesDeleted: 3 });
    expect((await durable.webhook(path, { method: 'DELETE' })).status).toBe(404);
    expect((await durable.webhook('instances', { method: 'DELETE' })).status).toBe(400);
  });
});

describe('commands', () => {
  it('terminate with the reason as output', async () => {
    const id = await durable.start('events', { names: ['never'] });
    expect(await durable.command(id, 'terminate?reason=enough')).toBe(202);
    expect(await durable.end(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough' });
    expect(await durable.command(id, 'terminate?reason=again')).toBe(410);
  });

  it('show an event to a suspended orchestration, which goes on', async () => {
    const id = await durable.start('events', { names: ['a', 'b'] });
    await durable.until(id, isRunning);
    await durable.command(id, 'suspend');
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    await durable.raise(id, 'a', 1);
    await durable.raise(id, 'b', 2);
    expect(await durable.end(id)).toMatchObject({ runtimeStatus: 'Completed', output: [1, 2] });
  });

  it('suspend and resume without losing events', async () => {
    const id = await durable.start('events', { names: ['a', 'b'] });
    await durable.until(id, isRunning);
    await durable.command(id, 'suspend?reason=pause');
    await durable.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    await durable.raise(id, 'a', 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await durable.status(id)).runtimeStatus).toBe('Suspended');
    await durable.command(id, 'resume?reason=go');
    await durable.raise(id, 'b', 2);
    expect((await durable.end(id)).output).toEqual([1, 2]);
  });

  it('restart under a new id or the same', async () => {
    const { instanceId } = await durable.run('inputOf', { n: 1 });
    const response = await durable.webhook(`instances/${instanceId}/restart`, { method: 'POST' });
    const { id } = (await response.json()) as { id: string };
    expect(id).not.toBe(instanceId);
    expect((await durable.end(id)).output).toMatchObject({ input: { n: 1 } });
    expect(await durable.command(instanceId, 'restart?restartWithNewInstanceId=false')).toBe(202);
    expect((await durable.end(instanceId)).output).toMatchObject({ input: { n: 1 } });
  });

  it('rewind a failed orchestration and the child that failed it, and nothing else', async () => {
    const { instanceId, runtimeStatus } = await durable.run('rewindable', { key: 'rewound', times: 1 });
    expect(runtimeStatus).toBe('Failed');
    expect(await durable.command(instanceId, 'rewind?reason=fixed')).toBe(202);
    const status = await durable.end(instanceId);
    expect(status).toMatchObject({ runtimeStatus: 'Completed', output: { first: 1, child: { attempt: 2 } } });
    expect(await durable.command(instanceId, 'rewind?reason=again')).toBe(410);
    const running = await durable.start('events', { names: ['never'] });
    await durable.until(running, isRunning);
    expect(await durable.command(running, 'rewind?reason=no')).toBe(412);
  });
});

describe('the durable client', () => {
  it('does everything over the loopback address', async () => {
    const { value: id } = await client('startNew', 'customStatus', { input: {} });
    await durable.until(String(id), ({ customStatus }) => customStatus !== null);
    expect((await client('getStatus', id)).value).toMatchObject({
      customStatus: { step: 1 },
      runtimeStatus: 'Running',
    });
    expect(await client('raiseEvent', id, 'next', null)).toEqual({});
    await durable.until(String(id), ({ customStatus }) => customStatus === 'step 2');
    expect(await client('suspend', id, 'pause')).toEqual({});
    await durable.until(String(id), ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    expect(await client('resume', id, 'on')).toEqual({});
    expect(await client('terminate', id, 'enough')).toEqual({});
    expect((await durable.end(String(id))).runtimeStatus).toBe('Terminated');
    expect((await client('getStatusAll')).value).toContainEqual(expect.objectContaining({ instanceId: id }));
    expect((await client('getStatusBy', { runtimeStatus: ['Terminated'] })).value).toContainEqual(
      expect.objectContaining({ instanceId: id }),
    );
    expect((await client('purgeInstanceHistory', id)).value).toEqual({ instancesDeleted: 1 });
    expect((await client('getStatus', id)).error).toContain('404');
    expect((await durable.end(String((await client('startNew', 'unknown')).value))).output).toContain('helloSequence');
  });

  it('signals entities and reads their state', async () => {
    expect(await client('signalEntity', { entity: ['Counter', 'by-client'] }, 'add', 5)).toEqual({});
    await expect
      .poll(async () => (await client('readEntityState', { entity: ['Counter', 'by-client'] })).value)
      .toMatchObject({ entityExists: true, entityState: 5 });
    expect((await client('readEntityState', { entity: ['Counter', 'no such'] })).value).toMatchObject({
      entityExists: false,
    });
  });

  it('reads all pages of a long list', async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => durable.start('inputOf', { index })));
    const { value } = await client('getStatusAll');
    expect((value as unknown[]).length).toBeGreaterThanOrEqual(120);
  });

  it('waits for a completion', async () => {
    const response = await fetch(`${host.url}/api/run/helloSequence`, { method: 'POST', body: '{}' });
    expect(await response.json()).toEqual(['Hello Tokyo!', 'Hello Seattle!', 'Hello London!']);
  });
});
