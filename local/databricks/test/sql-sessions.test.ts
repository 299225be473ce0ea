import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../clock.ts';
import { openEngine } from '../sql/engine/engine.ts';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

const ENDLESS = 'SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.id + b.id = 7';

describe('sessions', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it('finds the real diamonds in the default schema', async () => {
    expect(await warehouse.rows('SELECT * FROM default.diamonds LIMIT 2')).toEqual([
      {
        carat: 0.23,
        cut: 'Ideal',
        color: 'E',
        clarity: 'SI2',
        depth: 61.5,
        table: 55,
        price: 326,
        x: 3.95,
        y: 3.98,
        z: 2.43,
      },
      {
        carat: 0.21,
        cut: 'Premium',
        color: 'E',
        clarity: 'SI1',
        depth: 59.8,
        table: 61,
        price: 326,
        x: 3.89,
        y: 3.84,
        z: 2.31,
      },
    ]);
    expect(await warehouse.rows('SELECT count(*) AS n FROM hive_metastore.default.diamonds')).toEqual([{ n: 53940n }]);
  });

  it('binds named and positional parameters by their types and as data', async () => {
    const injected = "x'; DROP TABLE default.diamonds; --";
    expect(
      await warehouse.rows('SELECT :int AS a, :text AS b, :big AS c, :flag AS d, :when AS e, :none AS f', {
        namedParameters: {
          int: 7,
          text: injected,
          big: 9007199254740993n,
          flag: true,
          when: new Date('2024-02-03T04:05:06.789Z'),
          none: null,
        },
      }),
    ).toEqual([{ a: 7, b: injected, c: 9007199254740993n, d: true, e: new Date('2024-02-03T04:05:06.789Z'), f: null }]);
    expect(
      await warehouse.rows('SELECT :`first-name` AS a, :`x``y` AS b', {
        namedParameters: { 'first-name': 'Ada', 'x`y': 1 },
      }),
    ).toEqual([{ a: 'Ada', b: 1 }]);
    expect((await warehouse.refusal('SELECT :`first-name`')).message).toContain('first-name');
    expect(
      await warehouse.rows("SELECT datediff(?, ?) AS days, '?' AS mark", {
        ordinalParameters: ['2024-01-03', '2024-01-01'],
      }),
    ).toEqual([{ days: 2, mark: '?' }]);
    expect(await warehouse.rows('SELECT count(*) AS n FROM default.diamonds')).toEqual([{ n: 53940n }]);
  });

  it('limits by a parameter', async () => {
    const [statement, ordinal] = [
      'SELECT cut FROM default.diamonds LIMIT :n OFFSET :o',
      'SELECT cut FROM default.diamonds LIMIT ?',
    ];
    expect(await warehouse.rows(statement, { namedParameters: { n: 2, o: 1 } })).toEqual([
      { cut: 'Premium' },
      { cut: 'Good' },
    ]);
    expect(await warehouse.rows(ordinal, { ordinalParameters: [1] })).toEqual([{ cut: 'Ideal' }]);
    const named = "SELECT count(*) AS n FROM IDENTIFIER(:t) WHERE IDENTIFIER(:c) = 'Fair'";
    expect(await warehouse.rows(named, { namedParameters: { t: 'default.diamonds', c: 'cut' } })).toEqual([
      { n: 1610n },
    ]);
  });

  it('names a parameter that is missing', async () => {
    const refusal = await warehouse.refusal('SELECT :a AS a, :b AS b', { namedParameters: { a: 1 } });
    expect(refusal).toMatchObject({ sqlState: '42P02', message: expect.stringContaining('unbound parameter: b') });
  });

  it('keeps USE, SET and temporary views to itself', async () => {
    const session = await warehouse.openSession();
    await warehouse.rows('CREATE SCHEMA session_test', { session });
    await warehouse.rows('USE session_test', { session });
    await warehouse.rows('CREATE TABLE t AS SELECT 1 AS a', { session });
    await warehouse.rows('CREATE OR REPLACE TEMP VIEW v AS SELECT a + 1 AS b FROM t', { session });
    await warehouse.rows('SET statement_timeout = 100', { session });
    expect(await warehouse.rows('SELECT current_catalog() AS c, current_schema() AS s', { session })).toEqual([
      { c: 'hive_metastore', s: 'session_test' },
    ]);
    expect(await warehouse.rows('SET statement_timeout', { session })).toEqual([
      { key: 'statement_timeout', value: '100' },
    ]);
    expect(await warehouse.rows('SHOW TABLES', { session })).toEqual([
      { database: 'session_test', tableName: 't', isTemporary: false },
      { database: '', tableName: 'v', isTemporary: true },
    ]);
    await warehouse.rows('USE default', { session });
    expect(await warehouse.rows('SELECT * FROM v', { session })).toEqual([{ b: 2 }]);
    expect((await warehouse.refusal('SELECT * FROM v')).sqlState).toBe('42P01');
    expect(await warehouse.rows('SET statement_timeout')).toMatchObject([{ value: '<undefined>' }]);
    await session.close();
    expect(await warehouse.rows('SELECT current_schema() AS s')).toEqual([{ s: 'default' }]);
  });

  it('starts in the catalog and schema that it is opened with', async () => {
    const session = await warehouse.openSession({ initialCatalog: 'workspace', initialSchema: 'default' });
    expect(await warehouse.rows('SELECT current_catalog() AS c', { session })).toEqual([{ c: 'workspace' }]);
    await expect(warehouse.openSession({ initialCatalog: 'nowhere' })).rejects.toMatchObject({
      message: expect.stringContaining('[NO_SUCH_CATALOG_EXCEPTION]') as unknown,
    });
  });

  it('opens in a schema that its client has yet to create', async () => {
    const session = await warehouse.openSession({ initialSchema: 'yet_to_come' });
    expect((await warehouse.refusal('USE yet_to_come')).sqlState).toBe('42704');
    await warehouse.rows('CREATE SCHEMA IF NOT EXISTS hive_metastore.yet_to_come', { session });
    await warehouse.rows('CREATE TABLE t AS SELECT 1 AS a', { session });
    expect(await warehouse.rows('SELECT * FROM yet_to_come.t')).toEqual([{ a: 1 }]);
  });

  it.each([
    ['my.key', 'x', '42K0I'],
    ['ANSI_MODE', 'false', '0A000'],
  ])('refuses a setting that no warehouse has, or that it cannot follow: %s = %s', async (key, value, sqlState) => {
    expect(await warehouse.refusal(`SET ${key} = ${value}`)).toMatchObject({ sqlState });
    await expect(warehouse.openSession({ configuration: { [key]: value } })).rejects.toThrow(`SQLSTATE: ${sqlState}`);
  });

  it('reads text without offset in its own time zone', async () => {
    const session = await warehouse.openSession();
    await warehouse.rows("SET TIME ZONE 'America/New_York'", { session });
    expect(await warehouse.rows("SELECT TIMESTAMP'2024-01-01 00:00:00' AS t", { session })).toEqual([
      { t: new Date('2024-01-01T05:00:00Z') },
    ]);
  });

  it('responds to the metadata calls', async () => {
    const session = await warehouse.openSession();
    const tables = await (await session.getTables({ catalogName: 'hive_metastore', tableName: 'dia%' })).fetchAll();
    expect(tables).toMatchObject([{ TABLE_NAME: 'diamonds', TABLE_TYPE: 'TABLE' }]);
    const ofType = { catalogName: 'hive\\_metastore', tableName: 'diamonds', tableTypes: ['TABLE'] };
    expect(await (await session.getTables(ofType)).fetchAll()).toHaveLength(1);
    expect(await (await session.getTables({ ...ofType, tableTypes: ['VIEW'] })).fetchAll()).toEqual([]);
    const columns = await (await session.getColumns({ tableName: 'diamonds' })).fetchAll();
    expect(columns).toHaveLength(10);
    expect(columns[1]).toMatchObject({ COLUMN_NAME: 'cut', TYPE_NAME: 'STRING' });
    expect(await (await session.getCatalogs()).fetchAll()).toContainEqual({ TABLE_CAT: 'hive_metastore' });
  });

  it('returns an empty result set for a statement without rows', async () => {
    const session = await warehouse.openSession();
    for (const options of [{}, { maxRows: null }] as const) {
      const operation = await session.executeStatement('USE default', options);
      expect(await operation.fetchAll()).toEqual([]);
      expect((await operation.getSchema())?.columns).toEqual([]);
    }
  });

  it('cancels a running statement at once', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement(ENDLESS);
    const [finished] = await Promise.allSettled([operation.finished(), operation.cancel()]);
    expect(finished).toMatchObject({ status: 'rejected', reason: { errorCode: 'CANCELED' } });
    expect(await warehouse.rows('SELECT 1 AS a', { session })).toEqual([{ a: 1 }]);
  });

  it('ends a statement at its timeout, its own or the session’s', async () => {
    const timedOut = { errorCode: 'TIMEOUT', sqlState: '57KD0' };
    expect(await warehouse.refusal(ENDLESS, { queryTimeout: 1 })).toMatchObject(timedOut);
    const session = await warehouse.openSession({ configuration: { STATEMENT_TIMEOUT: '1' } });
    const held = 'SELECT 1 AS held';
    await warehouse.hold(held);
    const operation = await session.executeStatement(held);
    await expect(operation.fetchAll()).rejects.toMatchObject({ errorCode: 'TIMEOUT' });
  });

  it('runs short statements beside many long ones', async () => {
    const session = await warehouse.openSession();
    const long = await Promise.all(Array.from({ length: 6 }, () => session.executeStatement(ENDLESS)));
    expect(await warehouse.rows('SELECT 1 AS a')).toEqual([{ a: 1 }]);
    await Promise.all(long.map((operation) => operation.cancel()));
  });

  it('runs a hundred statements at once', async () => {
    const session = await warehouse.openSession();
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, i) => warehouse.rows('SELECT :i AS i', { session, namedParameters: { i } })),
    );
    expect(responses.map(([row]) => row?.['i'])).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('refuses an unknown warehouse', async () => {
    const client = await warehouse.connect('/sql/1.0/warehouses/feedfeedfeedfeed');
    await expect(client.openSession()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('closes a session with views after the warehouse has stopped', async () => {
    const clock = createClock();
    const engine = await openEngine({ clock });
    const session = await engine.sessions.open({});
    const statement = 'CREATE TEMPORARY VIEW v AS SELECT 1 AS x';
    const execution = engine.execute({ statement, parameters: [], session, timeoutSeconds: 0 });
    await execution.settled;
    await engine[Symbol.asyncDispose]();
    await expect(engine.sessions.close(session.id)).resolves.toBeUndefined();
    clock.stop();
  });

  it('closes sessions that are left alone', async () => {
    const clock = createClock();
    await using engine = await openEngine({ clock });
    const left = await engine.sessions.open({});
    clock.advance(29 * 60_000);
    const used = await engine.sessions.open({});
    clock.advance(2 * 60_000);
    await engine.sessions.reap();
    expect([engine.sessions.has(left.id), engine.sessions.has(used.id)]).toEqual([false, true]);
    clock.stop();
  });
});
