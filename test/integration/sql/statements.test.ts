import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SqlClient } from '../../../src/shared/sql/sql-client.ts';
import { ClientGoneError } from '../../../src/shared/streaming/client-gone-error.ts';
import { ENDLESS } from '../../support/endless-statement.ts';
import {
  ask,
  bodyOf,
  clientOf,
  type LocalWarehouse,
  openConnection,
  rowsOf,
  startWarehouse,
  textOf,
} from './local-warehouse.ts';

let warehouse: LocalWarehouse;
let client: SqlClient;

beforeAll(async () => {
  warehouse = await startWarehouse();
  client = clientOf(warehouse.port);
});

afterEach(() => warehouse.clearFaults());

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await warehouse[Symbol.asyncDispose]();
});

const MANY_ROWS = 'SELECT id, repeat(CAST(id AS STRING), 20) AS s FROM range(2000000) AS t(id)';

describe('parameters', () => {
  test('are data, whatever they hold', async () => {
    const hostile = "x'; DROP TABLE default.diamonds; --";
    const { rows } = await rowsOf(client, {
      statement: 'SELECT :text AS text, :number + 1 AS number',
      parameters: [
        { name: 'text', value: hostile },
        { name: 'number', value: 41, type: 'INT' },
      ],
    });
    expect(rows).toEqual([[hostile, 42]]);
    expect((await rowsOf(client, 'SELECT count(*) AS n FROM default.diamonds')).rows).toEqual([['53940']]);
  });

  test('may be positional, and keep the digits of large numbers', async () => {
    const parameters = [{ value: 'a' }, { value: JSON.rawJSON('9007199254740993') }, { value: null }];
    const { rows } = await rowsOf(client, { statement: 'SELECT ? AS a, ? AS b, ? AS c', parameters });
    expect(rows).toEqual([['a', '9007199254740993', null]]);
  });

  test('are VOID where they are NULL', async () => {
    const { columns } = await rowsOf(client, { statement: 'SELECT :a AS a', parameters: [{ name: 'a', value: null }] });
    expect(columns).toMatchObject([{ name: 'a', type: 'VOID' }]);
  });

  test('that are missing fail the statement', async () => {
    await expect(ask(client, 'SELECT :absent AS a')).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  });
});

describe('the guard', () => {
  test('refuses what is no read before it reaches the warehouse, and names the class and the rule', async () => {
    await warehouse.resetCounts();
    await expect(ask(client, 'DROP TABLE default.diamonds')).rejects.toMatchObject({
      message: expect.stringMatching(/^DROP .*sql\.read_only/) as unknown,
    });
    await expect(ask(client, 'SELECT 1; SELECT 2')).rejects.toMatchObject({ code: 'MULTIPLE_STATEMENTS' });
    expect(await warehouse.count('ExecuteStatement')).toBe(0);
  });
});

describe('a statement that fails', () => {
  test('is told with its SQLSTATE and Databricks’ error class', async () => {
    await expect(ask(client, 'SELECT * FROM no_such_table')).rejects.toMatchObject({
      sqlState: '42P01',
      errorClass: 'TABLE_OR_VIEW_NOT_FOUND',
    });
    await expect(ask(client, 'SELECT no_such_column FROM default.diamonds')).rejects.toMatchObject({
      sqlState: '42703',
    });
  });
});

describe('limits', () => {
  test('that the caller gave end a stream cleanly', async () => {
    const options = { format: 'ndjson' } as const;
    expect(await textOf(client, { statement: MANY_ROWS, row_limit: 2 }, options)).toBe(
      '{"id":"0","s":"' + '0'.repeat(20) + '"}\n{"id":"1","s":"' + '1'.repeat(20) + '"}\n',
    );
    const text = await textOf(client, { statement: MANY_ROWS, byte_limit: 1000 }, options);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text.endsWith('}\n')).toBe(true);
    const arrow = tableFromIPC(
      await bodyOf(await ask(client, { statement: MANY_ROWS, row_limit: 12_345 }, { format: 'arrow' })),
    );
    expect(arrow.numRows).toBe(12_345);
    const small = await bodyOf(await ask(client, { statement: MANY_ROWS, byte_limit: 100_000 }, { format: 'arrow' }));
    expect(small.length).toBeLessThanOrEqual(100_000);
    expect(tableFromIPC(small).numRows).toBeGreaterThan(500);
  });

  test('make JSON say truncated, also those that nobody gave', async () => {
    expect(await rowsOf(client, MANY_ROWS)).toMatchObject({ row_count: 10_000, truncated: true });
    expect(await rowsOf(client, { statement: 'SELECT * FROM range(5) AS t(id)', row_limit: 5 })).toMatchObject({
      row_count: 5,
      truncated: false,
    });
    expect(await rowsOf(client, { statement: 'SELECT * FROM range(6) AS t(id)', row_limit: 5 })).toMatchObject({
      row_count: 5,
      truncated: true,
    });
    const text = await textOf(client, { statement: MANY_ROWS, byte_limit: 2000 });
    expect(text.length).toBeLessThanOrEqual(2000);
    expect(JSON.parse(text)).toMatchObject({ truncated: true });
  });

  test('that the caller did not give end a stream as a failure', async () => {
    const connection = openConnection();
    const text = await textOf(client, MANY_ROWS, { format: 'ndjson', caps: { maxRows: 3 }, connection });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatchObject({ error: { code: 'RESULT_TOO_LARGE' } });
    expect(connection.wasCut).toBe(true);
    const csv = openConnection();
    await textOf(client, MANY_ROWS, { format: 'csv', caps: { maxBytes: 5000 }, connection: csv });
    expect(csv.wasCut).toBe(true);
    const arrow = openConnection();
    await bodyOf(await ask(client, MANY_ROWS, { format: 'arrow', caps: { maxRows: 10 }, connection: arrow }));
    expect(arrow.wasCut).toBe(true);
  });
});

describe('the warehouse’s work is stopped', () => {
  const isStopped = async () =>
    (await warehouse.count('CancelOperation')) + (await warehouse.count('CloseSession')) > 0;

  test('when the client leaves while the statement executes', async () => {
    await warehouse.resetCounts();
    const connection = openConnection();
    const asking = ask(client, ENDLESS, { connection });
    asking.catch(() => undefined);
    await expect.poll(() => warehouse.count('ExecuteStatement')).toBe(1);
    connection.leave(new ClientGoneError());
    await expect(asking).rejects.toMatchObject({ code: 'CLIENT_GONE' });
    await expect.poll(() => warehouse.count('CancelOperation')).toBe(1);
  });

  test('when the client leaves while it reads', async () => {
    await warehouse.resetCounts();
    const connection = openConnection();
    const { body } = await ask(client, MANY_ROWS, { format: 'ndjson', connection });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    connection.leave(new ClientGoneError());
    while (!(await reader.read()).done);
    await expect.poll(isStopped).toBe(true);
  });

  test('when the deadline passes', async () => {
    await warehouse.resetCounts();
    const asking = ask(client, { statement: ENDLESS, timeout_seconds: 0.5 });
    await expect(asking).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect.poll(isStopped).toBe(true);
  });
});

describe('a slow reader', () => {
  test('makes the gateway wait instead of reading ahead', async () => {
    await warehouse.resetCounts();
    const { body } = await ask(client, MANY_ROWS, { format: 'csv' });
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await sleep(500);
    expect(await warehouse.count('FetchResults')).toBeLessThanOrEqual(2);
    await reader.cancel();
  });
});

describe('trouble at the warehouse', () => {
  test.each(['ndjson', 'csv', 'arrow'] as const)(
    'after the first byte breaks a stream of %s visibly',
    async (format) => {
      const connection = openConnection();
      const { body } = await ask(client, MANY_ROWS, { format, connection });
      await warehouse.fault({ operation: 'FetchResults' }, { kind: 'reset' });
      const text = await new Response(body as ReadableStream).text();
      expect(connection.wasCut).toBe(true);
      const last = format === 'ndjson' ? text.trimEnd().split('\n').at(-1)! : '{"error":{"status":503}}';
      expect(JSON.parse(last)).toMatchObject({ error: { status: 503 } });
    },
  );

  test('that passes is not noticed: a read is run again', async () => {
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'status', status: 503, times: 1 });
    expect((await rowsOf(client, 'SELECT 1 AS a')).rows).toEqual([[1]]);
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'reset', times: 1 });
    expect((await rowsOf(client, 'SELECT 2 AS a')).rows).toEqual([[2]]);
  });

  test('that lasts is told as 503 with a time to come back', async () => {
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'status', status: 503 });
    await expect(ask(client, 'SELECT 1 AS a')).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      retryAfterMs: 5_000,
    });
  });

  test('that makes no sense is told as 502', async () => {
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'garbage' });
    await expect(ask(client, 'SELECT 1 AS a')).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
  });

  test('never makes a write run twice, and does not invite its caller to send it again', async () => {
    await rowsOf(client, 'CREATE TABLE written_once (a INT)', { allowedClasses: ['*'] });
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'lost_response', times: 1 });
    await expect(ask(client, 'INSERT INTO written_once VALUES (1)', { allowedClasses: ['*'] })).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      retryable: false,
    });
    // The answer was lost, and the statement may still be at work.
    await expect
      .poll(async () => (await rowsOf(client, 'SELECT count(*) AS n FROM written_once')).rows)
      .toEqual([['1']]);
  });

  test('with a token drops it and asks for another', async () => {
    const dropped: string[] = [];
    let number = 0;
    await using own = clientOf(warehouse.port, {
      getToken: async () => ({ token: `token-${number}`, expiresAtMs: Infinity }),
      drop: (token) => {
        dropped.push(token);
        number++;
      },
    });
    await warehouse.fault({ operation: 'ExecuteStatement' }, { kind: 'status', status: 401, times: 1 });
    expect((await rowsOf(own, 'SELECT 1 AS a')).rows).toEqual([[1]]);
    expect(dropped).toEqual(['token-0']);
  });
});

describe('sessions', () => {
  test('serve one statement after another without being opened again', async () => {
    await using own = clientOf(warehouse.port);
    await rowsOf(own, 'SELECT 1 AS a');
    await warehouse.resetCounts();
    for (let index = 0; index < 5; index++) await rowsOf(own, 'SELECT 1 AS a');
    expect([await warehouse.count('OpenSession'), await warehouse.count('ExecuteStatement')]).toEqual([0, 5]);
  });

  test('keep nothing that a statement left behind', async () => {
    const options = { allowedClasses: ['*'] };
    await rowsOf(client, 'CREATE SCHEMA IF NOT EXISTS elsewhere', options);
    await rowsOf(client, 'USE SCHEMA elsewhere', options);
    expect((await rowsOf(client, 'SELECT current_schema() AS s')).rows).toEqual([['default']]);
    await rowsOf(client, 'CREATE TEMPORARY VIEW left_behind AS SELECT 1 AS a', options);
    await expect(ask(client, 'SELECT * FROM left_behind')).rejects.toMatchObject({
      code: 'STATEMENT_FAILED',
      sqlState: '42P01',
    });
  });

  test('start in the catalog and schema asked for', async () => {
    await rowsOf(client, 'CREATE SCHEMA IF NOT EXISTS elsewhere', { allowedClasses: ['*'] });
    const { rows } = await rowsOf(client, { statement: 'SELECT current_schema() AS s', schema: 'elsewhere' });
    expect(rows).toEqual([['elsewhere']]);
  });

  test('are not used past the end of their token', async () => {
    let now = 1_000_000;
    await using own = clientOf(
      warehouse.port,
      { getToken: async () => ({ token: 'short', expiresAtMs: now + 120_000 }) },
      () => now,
    );
    await rowsOf(own, 'SELECT 1 AS a');
    await warehouse.resetCounts();
    now += 61_000;
    await rowsOf(own, 'SELECT 1 AS a');
    expect(await warehouse.count('OpenSession')).toBe(1);
  });

  test('that the warehouse has closed meanwhile are replaced unnoticed', async () => {
    await using own = clientOf(warehouse.port);
    await rowsOf(own, 'SELECT 1 AS a');
    warehouse.advance(24 * 60 * 60 * 1000);
    await sleep(100);
    await warehouse.resetCounts();
    expect((await rowsOf(own, 'SELECT 2 AS a')).rows).toEqual([[2]]);
    expect(await warehouse.count('OpenSession')).toBe(1);
  });

  test('serve a hundred statements at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        rowsOf(client, { statement: 'SELECT :i AS i', parameters: [{ name: 'i', value: index }] }),
      ),
    );
    expect(answers.map(({ rows }) => rows[0]![0])).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});
