import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

const failingAt = (row: number, rows: number): string =>
  `SELECT CASE WHEN id = ${row} THEN CAST('row ' || id AS INT) ELSE 1 END AS v FROM range(${rows})`;

describe('results', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it('sends every row of a million, once and in order', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT id FROM range(1000000)');
    let next = 0n;
    for await (const chunk of operation.iterateChunks({ autoClose: true }))
      for (const row of chunk as { id: bigint }[]) if (row.id === next) next++;
    expect(next).toBe(1_000_000n);
  });

  it.each([
    ['the first row', 0, 10],
    ['a row of the first response', 50_000, 100_000],
    ['row 900,000', 900_000, 1_000_000],
    ['the last row', 999_999, 1_000_000],
  ])('fails as a whole when %s fails', async (_which, row, rows) => {
    const refusal = await warehouse.refusal(failingAt(row, rows));
    expect(refusal.message).toContain(`[CAST_INVALID_INPUT] The value 'row ${row}'`);
    expect(refusal.message).toContain('SQLSTATE: 22018');
  });

  it.each(['JSON_ARRAY', 'ARROW_STREAM', 'CSV'])(
    'never responds with a part of a failed result as %s',
    async (format) => {
      const { body } = await warehouse.execute({
        statement: failingAt(900_000, 1_000_000),
        disposition: 'EXTERNAL_LINKS',
        format,
        wait_timeout: '30s',
      });
      expect(body).toEqual({
        statement_id: body.statement_id,
        status: {
          state: 'FAILED',
          error: { error_code: 'BAD_REQUEST', message: expect.stringContaining('[CAST_INVALID_INPUT]') },
          sql_state: '22018',
        },
      });
    },
  );

  it('keeps a stream whole while the session runs other statements', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT id FROM range(400000)', { maxRows: 10 });
    let rows = 0;
    for await (const chunk of operation.iterateChunks({ maxRows: 50_000 })) {
      rows += chunk.length;
      await warehouse.rows('SELECT count(*) AS n FROM default.diamonds', { session });
    }
    expect(rows).toBe(400_000);
  });

  it('ends a stream with an error when it is cancelled half way', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT id, uuid() AS u FROM range(50000000)', { maxRows: 10 });
    await operation.fetchChunk({ maxRows: 10 });
    await operation.cancel();
    await expect(operation.fetchAll()).rejects.toMatchObject({ message: expect.any(String) as unknown });
    expect(await warehouse.rows('SELECT 1 AS a', { session })).toEqual([{ a: 1 }]);
  });

  it('closes a session whose statements are half read', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT id FROM range(50000000)', { maxRows: 10 });
    await operation.fetchChunk({ maxRows: 10 });
    expect((await session.close()).isSuccess).toBe(true);
  });

  it('pages as small as it is asked to', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT id FROM range(10)', { maxRows: 3 });
    const pages: number[] = [];
    do pages.push((await operation.fetchChunk({ maxRows: 3 })).length);
    while (await operation.hasMoreRows());
    expect(pages).toEqual([3, 3, 3, 1]);
  });

  it('waits for no rows when it is asked for none', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT 1 AS a', { maxRows: null });
    expect(await operation.fetchAll()).toEqual([{ a: 1 }]);
  });

  it('says how many rows a statement changed', async () => {
    await warehouse.rows('CREATE TABLE changes (a INT, b STRING) USING DELTA');
    expect(await warehouse.rows("INSERT INTO changes VALUES (1, 'x'), (2, 'y')")).toEqual([
      { num_affected_rows: 2n, num_inserted_rows: 2n },
    ]);
    expect(await warehouse.rows("UPDATE changes SET b = 'z' WHERE a = 1")).toEqual([{ num_affected_rows: 1n }]);
    expect(
      await warehouse.rows(
        `MERGE INTO changes AS t USING (SELECT 2 AS a, 'm' AS b UNION ALL SELECT 3, 'n') AS s ON t.a = s.a
         WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`,
      ),
    ).toEqual([{ num_affected_rows: 2n, num_updated_rows: 1n, num_deleted_rows: 0n, num_inserted_rows: 1n }]);
    expect(await warehouse.rows('INSERT OVERWRITE changes SELECT 9, NULL')).toMatchObject([{ num_inserted_rows: 1n }]);
    expect(await warehouse.rows('SELECT * FROM changes')).toEqual([{ a: 9, b: null }]);
    expect(await warehouse.rows('DROP TABLE changes')).toEqual([]);
  });

  it('overwrites a table with rows of its own', async () => {
    await warehouse.rows("CREATE TABLE overwritten AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(a, b)");
    expect(await warehouse.rows('INSERT OVERWRITE overwritten SELECT * FROM overwritten WHERE a = 2')).toMatchObject([
      { num_inserted_rows: 1n },
    ]);
    expect(await warehouse.rows('SELECT * FROM overwritten')).toEqual([{ a: 2, b: 'y' }]);
    await warehouse.rows('DROP TABLE overwritten');
  });

  it('changes nothing when several rows of a MERGE match one row', async () => {
    await warehouse.rows("CREATE TABLE merged AS SELECT 1 AS a, 'x' AS b");
    const merge = (clause: string) =>
      `MERGE INTO merged AS t USING VALUES (1, 'y'), (1, 'z') AS s(a, b) ON t.a = s.a WHEN MATCHED ${clause}`;
    const refusal = await warehouse.refusal(merge('THEN UPDATE SET b = s.b'));
    expect(refusal.message).toContain('[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE]');
    expect(await warehouse.rows('SELECT * FROM merged')).toEqual([{ a: 1, b: 'x' }]);
    await warehouse.rows(merge('AND s.b = :b THEN UPDATE SET b = s.b'), { namedParameters: { b: 'z' } });
    expect(await warehouse.rows('SELECT * FROM merged')).toEqual([{ a: 1, b: 'z' }]);
    await warehouse.rows('DROP TABLE merged');
  });
});
