import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasWarehouse, openTarget, type ConformanceTarget } from './target.ts';

describe.runIf(hasWarehouse)('Statement Execution API', () => {
  let target: ConformanceTarget;
  const execute = (body: object) =>
    target.request('POST', '2.0/sql/statements', {
      body: { warehouse_id: target.warehouseId, wait_timeout: '30s', ...body },
    });
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target[Symbol.asyncDispose]());

  it('sends a short result as rows of texts', async () => {
    const { status, json } = await execute({ statement: 'SELECT CAST(1.50 AS DECIMAL(10,2)) AS d, NULL AS n' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: { state: 'SUCCEEDED' },
      manifest: {
        format: 'JSON_ARRAY',
        schema: {
          column_count: 2,
          columns: [{ name: 'd', type_text: 'DECIMAL(10,2)', type_name: 'DECIMAL', position: 0 }, { name: 'n' }],
        },
        total_row_count: 1,
      },
      result: { chunk_index: 0, row_count: 1, data_array: [['1.50', null]] },
    });
  });

  it('binds named parameters by their types', async () => {
    const { json } = await execute({
      statement: 'SELECT :d AS d, :s AS s',
      parameters: [
        { name: 'd', value: '2024-02-03', type: 'DATE' },
        { name: 's', value: "it's" },
      ],
    });
    expect(json.result.data_array).toEqual([['2024-02-03', "it's"]]);
  });

  it('fails a statement with a class and SQLSTATE in a response of 200', async () => {
    const { status, json } = await execute({ statement: 'SELECT * FROM no_such_table' });
    expect(status).toBe(200);
    expect(json.status).toMatchObject({ state: 'FAILED', error: { error_code: 'BAD_REQUEST' } });
    expect(json.status.error.message).toContain('[TABLE_OR_VIEW_NOT_FOUND]');
  });

  it('keeps a statement for its caller to poll and to cancel', async () => {
    const { json } = await execute({ statement: 'SELECT 1', wait_timeout: '0s' });
    expect(json.statement_id).toBeTypeOf('string');
    const done = await target.until(
      () => target.request('GET', `2.0/sql/statements/${json.statement_id}`),
      (response) => !['PENDING', 'RUNNING'].includes(response.json.status.state),
    );
    expect(done.json.status.state).toBe('SUCCEEDED');
    expect((await target.request('POST', `2.0/sql/statements/${json.statement_id}/cancel`)).status).toBe(200);
  });

  it('refuses a wait that is too long, and a statement that it does not know', async () => {
    expect((await execute({ statement: 'SELECT 1', wait_timeout: '51s' })).status).toBe(400);
    const unknown = await target.request('GET', '2.0/sql/statements/01f00000-0000-1000-8000-000000000000');
    expect(unknown.status).toBe(404);
  });
});
