import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

const STATEMENTS = '/api/2.0/sql/statements';
const ENDLESS = 'SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.id + b.id = 7';

describe('Statement Execution API', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it('returns the rows of a short statement as texts', async () => {
    const { status, body } = await warehouse.execute({
      statement: 'SELECT :n AS n, CAST(1.5 AS DECIMAL(10,2)) AS d, :none AS z',
      parameters: [{ name: 'n', value: '42', type: 'BIGINT' }, { name: 'none' }],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: { state: 'SUCCEEDED' },
      manifest: {
        format: 'JSON_ARRAY',
        schema: {
          column_count: 3,
          columns: [
            { name: 'n', position: 0, type_name: 'LONG', type_text: 'BIGINT' },
            {
              name: 'd',
              position: 1,
              type_name: 'DECIMAL',
              type_text: 'DECIMAL(10,2)',
              type_precision: 10,
              type_scale: 2,
            },
            { name: 'z', position: 2, type_name: 'STRING', type_text: 'STRING' },
          ],
        },
        total_chunk_count: 1,
        total_row_count: 1,
        truncated: false,
      },
      result: { chunk_index: 0, row_offset: 0, row_count: 1, data_array: [['42', '1.50', null]] },
    });
  });

  it.each([
    ['INTERVAL YEAR TO MONTH', '1-2', '1-2'],
    ['INTERVAL DAY TO SECOND', '1 02:03:04.5', '1 02:03:04.500000000'],
    ['INTERVAL DAY', '3', '3 00:00:00.000000000'],
  ])('binds a parameter as %s', async (type, value, text) => {
    const { body } = await warehouse.execute({ statement: 'SELECT :p AS p', parameters: [{ name: 'p', value, type }] });
    expect(body).toMatchObject({ result: { data_array: [[text]] } });
  });

  it('refuses a fraction as a whole number', async () => {
    const parameters = [{ name: 'p', value: '1.5', type: 'INT' }];
    const { body } = await warehouse.execute({ statement: 'SELECT :p AS p', parameters });
    expect(body.status).toMatchObject({ state: 'FAILED', sql_state: '22018' });
  });

  it('responds to a failed statement with 200 and FAILED', async () => {
    const { status, body } = await warehouse.execute({ statement: 'SELECT * FROM nowhere' });
    expect(status).toBe(200);
    expect(body.status).toMatchObject({ state: 'FAILED', error: { error_code: 'BAD_REQUEST' }, sql_state: '42P01' });
    expect(body).not.toHaveProperty('manifest');
  });

  it('responds to a statement without rows with an empty result', async () => {
    const { body } = await warehouse.execute({ statement: 'SELECT 1 AS a WHERE false' });
    expect(body).toMatchObject({ manifest: { total_chunk_count: 0, total_row_count: 0 }, result: {} });
    expect(body.manifest).not.toHaveProperty('chunks');
    const { body: command } = await warehouse.execute({ statement: 'SET TIME ZONE LOCAL' });
    expect(command).toMatchObject({ manifest: { schema: { column_count: 0 } }, result: {} });
  });

  it('responds with PENDING at once for a wait of 0s, then by polling', async () => {
    const { body } = await warehouse.execute({ statement: 'SELECT 1 AS a', wait_timeout: '0s' });
    expect(body).toEqual({ statement_id: body.statement_id, status: { state: 'PENDING' } });
    await expect
      .poll(async () => (await warehouse.rest('GET', `${STATEMENTS}/${body.statement_id}`)).body.result?.data_array)
      .toEqual([['1']]);
  });

  it('cancels', async () => {
    const { body } = await warehouse.execute({ statement: ENDLESS, wait_timeout: '0s' });
    const path = `${STATEMENTS}/${body.statement_id}`;
    expect(await warehouse.rest('POST', `${path}/cancel`)).toEqual({ status: 200, body: {} });
    expect((await warehouse.rest('GET', path)).body.status).toEqual({ state: 'CANCELED' });
  });

  it('cancels by itself at the end of the wait on request', async () => {
    const statement = 'SELECT 1 AS held';
    await warehouse.hold(statement);
    const { body } = await warehouse.execute({ statement, wait_timeout: '5s', on_wait_timeout: 'CANCEL' });
    expect(body.status).toEqual({ state: 'CANCELED' });
  });

  it('leads from inline chunk to inline chunk', async () => {
    const { body } = await warehouse.execute({
      statement: "SELECT id, repeat('x', 20) AS x FROM range(300000)",
      wait_timeout: '30s',
    });
    expect(body.manifest.total_chunk_count).toBeGreaterThan(1);
    let rows = body.result.row_count as number;
    for (let next = body.result.next_chunk_internal_link as string | undefined; next;) {
      const { body: chunk } = await warehouse.rest('GET', next);
      expect(chunk.row_offset).toBe(rows);
      expect(chunk.data_array[0][0]).toBe(String(rows));
      rows += chunk.row_count;
      next = chunk.next_chunk_internal_link;
    }
    expect(rows).toBe(300_000);
  });

  it('fails an inline result over 25 MiB', async () => {
    const { body } = await warehouse.execute({
      statement: "SELECT repeat('x', 1000) AS x FROM range(30000)",
      wait_timeout: '30s',
    });
    expect(body.status).toMatchObject({
      state: 'FAILED',
      error: { message: expect.stringContaining('Inline byte limit exceeded') },
    });
  });

  it('links to Arrow, CSV and JSON files that are read without Authorization', async () => {
    const statement = 'SELECT id, CASE WHEN id = 1 THEN \'say "hi", twice\' END AS text FROM range(3)';
    const read = async (format: string) => {
      const { body } = await warehouse.execute({ statement, disposition: 'EXTERNAL_LINKS', format });
      return fetch(body.result.external_links[0].external_link);
    };
    expect(tableFromIPC(await (await read('ARROW_STREAM')).arrayBuffer()).numRows).toBe(3);
    expect(await (await read('CSV')).text()).toBe('id,text\r\n0,null\r\n1,"say ""hi"", twice"\r\n2,null\r\n');
    expect(await (await read('JSON_ARRAY')).json()).toEqual([
      ['0', null],
      ['1', 'say "hi", twice'],
      ['2', null],
    ]);
  });

  it('refuses a link with Authorization, with another signature and without one', async () => {
    const { body } = await warehouse.execute({ statement: 'SELECT 1 AS a', disposition: 'EXTERNAL_LINKS' });
    const link = body.result.external_links[0].external_link as string;
    expect((await fetch(link, { headers: { authorization: 'Bearer secret' } })).status).toBe(400);
    expect((await fetch(link.replace(/sig=.{3}/, 'sig=abc'))).status).toBe(403);
    expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
    expect((await fetch(link)).status).toBe(200);
  });

  it('cuts at a row limit and says so', async () => {
    const { body } = await warehouse.execute({ statement: 'SELECT id FROM range(100)', row_limit: 10 });
    expect(body.manifest).toMatchObject({ total_row_count: 10, truncated: true });
    const { body: whole } = await warehouse.execute({ statement: 'SELECT id FROM range(10)', row_limit: 10 });
    expect(whole.manifest).toMatchObject({ total_row_count: 10, truncated: false });
  });

  it.each([
    [{ wait_timeout: '3s' }, 400],
    [{ format: 'CSV' }, 400],
    [{ disposition: 'SOMEWHERE' }, 400],
    [{ statement: '' }, 400],
    [{ warehouse_id: 'feedfeedfeedfeed' }, 404],
  ])('refuses %j', async (change, status) => {
    const response = await warehouse.execute({ statement: 'SELECT 1', ...change });
    expect(response.status).toBe(status);
    expect(response.body).toHaveProperty('error_code');
  });

  it('starts a stopped warehouse for a statement', async () => {
    const { body: listed } = await warehouse.rest('GET', '/api/2.0/sql/warehouses');
    const path = `/api/2.0/sql/warehouses/${listed.warehouses[0].id}`;
    await warehouse.rest('POST', `${path}/stop`, {});
    expect((await warehouse.rest('GET', path)).body.state).toBe('STOPPED');
    const { body } = await warehouse.execute({ statement: 'SELECT 1 AS a', wait_timeout: '20s' });
    expect(body.status.state).toBe('SUCCEEDED');
    expect((await warehouse.rest('GET', path)).body.state).toBe('RUNNING');
  });

  it('does not know another statement', async () => {
    expect((await warehouse.rest('GET', `${STATEMENTS}/01f00000-0000-0000-0000-000000000000`)).status).toBe(404);
  });
});
