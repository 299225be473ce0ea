import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, describe, expect, test } from 'vitest';
import { ENDLESS } from '../support/endless-statement.ts';
import { shareStack } from '../support/file-stack.ts';

const { stack } = await shareStack();

afterEach(() => control('DELETE', 'faults'));

const MANY_ROWS = 'SELECT id, repeat(CAST(id AS STRING), 20) AS s FROM range(400000) AS t(id)';
/** Minutes of rows: nobody reads them all while a test waits. */
const UNREADABLY_MANY_ROWS = MANY_ROWS.replace('400000', '1000000000');

function ask(body: object, headers: Record<string, string> = {}, query = ''): Promise<Response> {
  return fetch(`${stack.url}/api/sql${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A request whose answer is read by hand, or not at all. */
function askRaw(body: object, accept: string) {
  const outgoing = httpRequest(`${stack.url}/api/sql`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json' },
  });
  outgoing.on('error', () => undefined);
  outgoing.end(JSON.stringify(body));
  return outgoing;
}

async function control(method: string, path: string, body?: object) {
  // The emulator runs in this process, which does not know its certificate authority.
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const response = await request(`${stack.databricks.url}/_emulator/${path}`, {
    method: method as 'GET',
    headers: { authorization: `Bearer ${stack.token}` },
    body: body === undefined ? null : JSON.stringify(body),
    dispatcher,
  });
  const answer = (await response.body.json()) as { operations?: Record<string, Record<string, number>> };
  await dispatcher.close();
  return answer;
}

async function count(operation: string): Promise<number> {
  const { operations = {} } = await control('GET', 'requests');
  return Object.values(operations[operation] ?? {}).reduce((total, times) => total + times, 0);
}

/** How often the warehouse was asked for an operation, once half a second has passed without another time. */
async function restingCount(operation: string): Promise<number> {
  for (let before = -1, now = await count(operation); ; [before, now] = [now, await count(operation)]) {
    if (now === before) return now;
    await sleep(500);
  }
}

/** The text up to the end of a body, or to where it breaks. */
async function readToBreak(response: Response): Promise<{ text: string; broke: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    return { text, broke: false };
  } catch {
    return { text, broke: true };
  }
}

describe('POST /api/sql', () => {
  const statement = 'SELECT carat, cut, price FROM default.diamonds LIMIT 2';

  test('answers in the form that Accept asks for', async () => {
    const json = await ask({ statement });
    expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await json.json()).toMatchObject({
      columns: [
        { name: 'carat', type: 'DOUBLE', nullable: true },
        { name: 'cut', type: 'STRING', nullable: true },
        { name: 'price', type: 'INT', nullable: true },
      ],
      rows: [
        [0.23, 'Ideal', 326],
        [0.21, 'Premium', 326],
      ],
      row_count: 2,
      truncated: false,
      statement_id: expect.any(String) as unknown,
    });
    const ndjson = await ask({ statement }, { accept: 'application/x-ndjson' });
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await ndjson.text()).toBe(
      '{"carat":0.23,"cut":"Ideal","price":326}\n{"carat":0.21,"cut":"Premium","price":326}\n',
    );
    const csv = await ask({ statement }, { accept: 'text/csv' });
    expect(await csv.text()).toBe('carat,cut,price\r\n0.23,Ideal,326\r\n0.21,Premium,326\r\n');
    const arrow = await ask({ statement }, { accept: 'application/vnd.apache.arrow.stream' });
    expect(tableFromIPC(new Uint8Array(await arrow.arrayBuffer())).numRows).toBe(2);
    expect((await ask({ statement }, { accept: 'image/png' })).status).toBe(406);
  });

  test('keeps the digits of large parameters and results', async () => {
    const body =
      '{"statement":"SELECT :a AS a, :b AS b","parameters":[{"name":"a","value":9007199254740993},{"name":"b","value":"1.10","type":"DECIMAL(9,2)"}]}';
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${stack.url}/api/sql?numbers=native`, { method: 'POST', headers, body });
    expect(await response.text()).toContain('[9007199254740993,1.10]');
  });

  test('tells what is wrong with a request', async () => {
    const refused = await ask({ statement: 'DROP TABLE default.diamonds' });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'STATEMENT_NOT_ALLOWED',
      detail: expect.stringContaining('DROP') as unknown,
    });
    const two = await ask({ statement: 'SELECT 1; DROP TABLE default.diamonds' });
    expect([two.status, await two.json()]).toMatchObject([422, { code: 'MULTIPLE_STATEMENTS' }]);
    const hidden = await ask({ statement: "WITH x(a) (SELECT /*+ h('*/') */ 1) DELETE FROM t -- ') SELECT 1" });
    expect([hidden.status, await hidden.json()]).toMatchObject([
      403,
      { detail: expect.stringContaining('DELETE') as unknown },
    ]);
    const mistyped = await ask({ statement: 'WITH x AS (SELECT 1) SELEC * FROM x' });
    expect([mistyped.status, await mistyped.json()]).toMatchObject([
      422,
      {
        code: 'STATEMENT_UNREADABLE',
        sqlstate: '42601',
        detail: expect.stringContaining('line 1, column 22') as unknown,
      },
    ]);
    const failed = await ask({ statement: 'SELECT * FROM no_such_table' });
    expect(failed.headers.get('content-type')).toBe('application/problem+json');
    expect([failed.status, await failed.json()]).toMatchObject([
      422,
      {
        sqlstate: '42P01',
        databricks: { error_code: 'TABLE_OR_VIEW_NOT_FOUND' },
        request_id: expect.any(String) as unknown,
      },
    ]);
    const invalid = await ask({ statement: 'SELECT 1', row_limit: 'many', rowlimit: 1 });
    expect([invalid.status, await invalid.json()]).toMatchObject([
      400,
      { errors: [{ path: '/row_limit' }, { path: '/rowlimit' }] },
    ]);
    expect((await ask({ statement: 'SELECT 1', timeout_seconds: 221 })).status).toBe(400);
    expect((await ask({ statement: 'SELECT 1', workspace: 'elsewhere' })).status).toBe(422);
  });
});

describe('a client that leaves', () => {
  test('while its statement executes has it stopped', async () => {
    await control('DELETE', 'requests');
    const outgoing = askRaw({ statement: ENDLESS }, 'application/json');
    await expect.poll(() => count('ExecuteStatement')).toBe(1);
    outgoing.destroy();
    await expect.poll(() => count('CancelOperation')).toBe(1);
  });

  test('while it reads has the statement stopped', async () => {
    await control('DELETE', 'requests');
    const outgoing = askRaw({ statement: UNREADABLY_MANY_ROWS }, 'text/csv');
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(incoming, 'readable');
    outgoing.destroy();
    const stopped = async () => (await count('CancelOperation')) + (await count('CloseOperation'));
    await expect.poll(() => stopped()).toBeGreaterThan(0);
    expect(await restingCount('FetchResults')).toBeGreaterThan(0);
  });
});

describe('a client that reads slowly', () => {
  test('makes the warehouse wait, and gets every row in the end', async () => {
    await control('DELETE', 'requests');
    const outgoing = askRaw({ statement: MANY_ROWS }, 'text/csv');
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    incoming.pause();
    const early = await restingCount('FetchResults');
    let newlines = 0;
    for await (const chunk of incoming) for (const byte of chunk as Buffer) if (byte === 0x0a) newlines++;
    expect(newlines).toBe(400_001);
    expect(await count('FetchResults')).toBeGreaterThan(early);
  });
});

describe('a deadline', () => {
  test('before the first byte is a 504, and the statement is stopped', async () => {
    await control('DELETE', 'requests');
    const response = await ask({ statement: ENDLESS, timeout_seconds: 1 });
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'DEADLINE_EXCEEDED' }]);
    await expect.poll(() => count('CancelOperation')).toBe(1);
  });

  test('after it breaks the stream visibly', async () => {
    // Long enough for the first byte on a machine that is busy with other tests.
    const response = await ask({ statement: MANY_ROWS, timeout_seconds: 15 }, { accept: 'application/x-ndjson' });
    expect(response.status).toBe(200);
    await control('POST', 'faults', { match: { operation: 'FetchResults' }, kind: 'delay', delay_seconds: 60 });
    const { text, broke } = await readToBreak(response);
    expect(broke).toBe(true);
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'DEADLINE_EXCEEDED', status: 504 },
    });
  });
});

describe('trouble at the warehouse after the first byte', () => {
  test.each(['application/x-ndjson', 'text/csv', 'application/vnd.apache.arrow.stream'])(
    'breaks %s visibly',
    async (accept) => {
      const response = await ask({ statement: MANY_ROWS }, { accept });
      expect(response.status).toBe(200);
      await control('POST', 'faults', { match: { operation: 'FetchResults' }, kind: 'reset' });
      const { text, broke } = await readToBreak(response);
      expect(broke).toBe(true);
      const last = accept.includes('ndjson')
        ? text.trimEnd().split('\n').at(-1)
        : '{"error":{"code":"WAREHOUSE_UNAVAILABLE"}}';
      expect(JSON.parse(last ?? '')).toMatchObject({ error: { code: 'WAREHOUSE_UNAVAILABLE' } });
    },
  );
});

describe('trouble at the warehouse before the first byte', () => {
  test('is told as 503 with Retry-After, or 502 for nonsense', async () => {
    await control('POST', 'faults', { match: { operation: 'ExecuteStatement' }, kind: 'status', status: 503 });
    const busy = await ask({ statement: 'SELECT 1' });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    await control('DELETE', 'faults');
    await control('POST', 'faults', { match: { operation: 'ExecuteStatement' }, kind: 'garbage' });
    expect((await ask({ statement: 'SELECT 1' })).status).toBe(502);
  });
});

test('a hundred small statements at once all come out right', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const response = await ask({ statement: 'SELECT :i AS i', parameters: [{ name: 'i', value: index }] });
      return ((await response.json()) as { rows: number[][] }).rows[0]?.[0];
    }),
  );
  expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => index));
});
