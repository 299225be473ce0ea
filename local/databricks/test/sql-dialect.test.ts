import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

/** Expressions of Databricks SQL and their values in the Statement Execution API. */
const EXPRESSIONS: [sql: string, text: string | null][] = [
  ['CAST(2.7 AS INT)', '2'],
  ['CAST(-2.7D AS BIGINT)', '-2'],
  ["try_cast('x' AS INT)", null],
  ["try_cast('1.5' AS INT)", null],
  ["CAST(' 12 ' AS INT)", '12'],
  ["concat_ws(',', array('a', 'b'), 'c', NULL, 1)", 'a,b,c,1'],
  ["octet_length('é')", '2'],
  ['get(array(7, 8), 1)', '8'],
  ['get(array(7, 8), 2)', null],
  ["CAST(TIMESTAMP'2024-01-01 10:00:00.5' AS STRING)", '2024-01-01 10:00:00.5'],
  ['7 div 2', '3'],
  ['-7 % 3', '-1'],
  ['1 / 2', '0.5'],
  ['try_divide(1, 0)', null],
  ["concat('a', NULL)", null],
  ["'a' || 1", 'a1'],
  ['"double quoted"', 'double quoted'],
  ["'it\\'s'", "it's"],
  ['array(7, 8)[0]', '7'],
  ["map('k', 1)['k']", '1'],
  ['element_at(array(7, 8), 1)', '7'],
  ['size(array(1, 2))', '2'],
  ['transform(array(1, 2), x -> x + 1)', '[2,3]'],
  ['aggregate(array(1, 2, 3), 0, (a, b) -> a + b)', '6'],
  ["struct(1, 'a').col2", 'a'],
  ["named_struct('a', 1).a", '1'],
  ["nvl(NULL, 'x')", 'x'],
  ["date_add('2024-02-28', 2)", '2024-03-01'],
  ["datediff(DATE'2024-03-01', DATE'2024-02-28')", '2'],
  ["year('2024-02-03')", '2024'],
  ["dayofweek(DATE'2024-02-03')", '7'],
  ["date_format(TIMESTAMP'2024-02-03 04:05:06', 'yyyy-MM-dd HH:mm')", '2024-02-03 04:05'],
  ["to_date('2024-02-03')", '2024-02-03'],
  ["add_months(DATE'2024-01-31', 1)", '2024-02-29'],
  ["unix_timestamp(TIMESTAMP'1970-01-02 00:00:00')", '86400'],
  ["sha2('a', 256)", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ["base64('abc')", 'YWJj'],
  ['get_json_object(\'{"a":{"b":1}}\', \'$.a.b\')', '1'],
  ["regexp_replace('a1b2', '[0-9]', '')", 'ab'],
  ["split('a,b', ',')", '["a","b"]'],
  ["substring_index('a.b.c', '.', 2)", 'a.b'],
  ["typeof(TIMESTAMP'2024-01-01')", 'timestamp'],
  ['1 <=> NULL', 'false'],
  ["'abc' RLIKE '^a'", 'true'],
  ["current_timestamp() > TIMESTAMP'2020-01-01'", 'true'],
  ['(SELECT max(col) FROM (SELECT explode(sequence(1, 5))))', '5'],
];

/** Statements that Databricks refuses, by class and SQLSTATE. */
const REFUSED: [sql: string, errorClass: string, sqlState: string][] = [
  ['SELEC 1', 'PARSE_SYNTAX_ERROR', '42601'],
  ['SELECT FROM WHERE', 'PARSE_SYNTAX_ERROR', '42601'],
  ['SELECT 1; SELECT 2', 'PARSE_SYNTAX_ERROR', '42601'],
  ['SELECT 1; DROP TABLE default.diamonds', 'PARSE_SYNTAX_ERROR', '42601'],
  ['SET a = 1; SELECT 2', 'PARSE_SYNTAX_ERROR', '42601'],
  ['SELECT * FROM nowhere', 'TABLE_OR_VIEW_NOT_FOUND', '42P01'],
  ['SELECT * FROM nowhere.t', 'TABLE_OR_VIEW_NOT_FOUND', '42P01'],
  ['DROP TABLE nowhere', 'TABLE_OR_VIEW_NOT_FOUND', '42P01'],
  ['SELECT carrot FROM default.diamonds', 'UNRESOLVED_COLUMN.WITH_SUGGESTION', '42703'],
  ["SELECT CAST('abc' AS INT)", 'CAST_INVALID_INPUT', '22018'],
  ["SELECT CAST('1.5' AS INT)", 'CAST_INVALID_INPUT', '22018'],
  ['SELECT array(7, 8)[2]', 'INVALID_ARRAY_INDEX', '22003'],
  ["SELECT CAST('2024-02-30' AS DATE)", 'CAST_INVALID_INPUT', '22018'],
  ["SELECT CAST('abc' AS TIMESTAMP)", 'CAST_INVALID_INPUT', '22018'],
  ["SELECT CAST('abc' AS DECIMAL(10,2))", 'CAST_INVALID_INPUT', '22018'],
  ['SELECT CAST(300 AS TINYINT)', 'CAST_OVERFLOW', '22003'],
  ['SELECT CAST(12345 AS DECIMAL(4,1))', 'NUMERIC_VALUE_OUT_OF_RANGE', '22003'],
  ['SELECT 2147483647 + 1', 'ARITHMETIC_OVERFLOW', '22003'],
  ['SELECT 1 / 0', 'DIVIDE_BY_ZERO', '22012'],
  ['SELECT id / (id - 5) FROM range(10)', 'DIVIDE_BY_ZERO', '22012'],
  ['SELECT 1 % 0', 'REMAINDER_BY_ZERO', '22012'],
  ["SELECT raise_error('boom')", 'USER_RAISED_EXCEPTION', 'P0001'],
  ['SELECT nofunction(1)', 'UNRESOLVED_ROUTINE', '42883'],
  ['SELECT cut FROM default.diamonds GROUP BY color', 'MISSING_AGGREGATION', '42803'],
  ['USE nowhere', 'SCHEMA_NOT_FOUND', '42704'],
  ['CREATE SCHEMA default', 'SCHEMA_ALREADY_EXISTS', '42P06'],
  ['CREATE TABLE diamonds (a INT)', 'TABLE_OR_VIEW_ALREADY_EXISTS', '42P07'],
  ['OPTIMIZE default.diamonds', 'UNSUPPORTED_FEATURE', '0A000'],
  ['GRANT SELECT ON TABLE default.diamonds TO someone', 'UNSUPPORTED_FEATURE', '0A000'],
  ["COPY INTO t FROM '/tmp/x'", 'UNSUPPORTED_FEATURE', '0A000'],
];

/** What would reach the machine that the warehouse runs on. A SET is the session's own and changes nothing there. */
const ESCAPES = [
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  "SELECT content FROM read_text('/etc/hostname')",
  "COPY default.diamonds TO '/tmp/stolen.csv'",
  "ATTACH '/tmp/x.db' AS x",
  'INSTALL httpfs',
  'LOAD httpfs',
  'PRAGMA database_list',
  'SET enable_external_access = true',
  "EXPORT DATABASE '/tmp/x'",
];

describe('dialect', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it.each(EXPRESSIONS)('computes %s', async (sql, text) => {
    const { body } = await warehouse.execute({ statement: `SELECT ${sql} AS value` });
    expect(body).toMatchObject({ status: { state: 'SUCCEEDED' }, result: { data_array: [[text]] } });
  });

  it.each(REFUSED)('refuses %s as %s', async (statement, errorClass, sqlState) => {
    const refusal = await warehouse.refusal(statement);
    expect(refusal.message).toContain(`[${errorClass}`);
    expect(refusal.sqlState).toBe(sqlState);
    expect(refusal.message).toContain(`SQLSTATE: ${sqlState}`);
  });

  it.each(ESCAPES)('keeps to itself: %s', async (statement) => {
    const { body } = await warehouse.execute({ statement });
    expect(body.status.state).toBe('FAILED');
    const { body: after } = await warehouse.execute({ statement: ESCAPES[0] });
    expect(after.status.state).toBe('FAILED');
  });

  it('reads rows as Databricks writes them', async () => {
    expect(await warehouse.rows('SELECT id FROM range(2, 8, 3)')).toEqual([{ id: 2n }, { id: 5n }]);
    expect(await warehouse.rows("SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(n, s)")).toEqual([
      { n: 1, s: 'a' },
      { n: 2, s: 'b' },
    ]);
    expect(
      await warehouse.rows("SELECT r.id, x FROM range(1) r LATERAL VIEW explode(array('a', 'b')) t AS x ORDER BY x"),
    ).toEqual([
      { id: 0n, x: 'a' },
      { id: 0n, x: 'b' },
    ]);
    expect(await warehouse.rows('TABLE default.diamonds LIMIT 1')).toMatchObject([{ carat: 0.23, cut: 'Ideal' }]);
    expect(await warehouse.rows('SELECT id FROM range(2) GROUP BY ALL ORDER BY ALL DESC')).toEqual([
      { id: 1n },
      { id: 0n },
    ]);
    expect(await warehouse.rows('SELECT `a b`, count(*) FROM (SELECT 1 AS `a b`) GROUP BY ALL')).toEqual([
      { 'a b': 1, 'count(1)': 1n },
    ]);
  });

  it('shows and describes what there is', async () => {
    const catalogs = ['hive_metastore', 'system', 'workspace'].map((catalog) => ({ catalog }));
    expect(await warehouse.rows('SHOW CATALOGS')).toEqual(catalogs);
    expect(await warehouse.rows("SHOW SCHEMAS LIKE 'def*'")).toEqual([{ databaseName: 'default' }]);
    expect((await warehouse.rows('DESCRIBE TABLE default.diamonds')).slice(0, 2)).toEqual([
      { col_name: 'carat', data_type: 'double', comment: null },
      { col_name: 'cut', data_type: 'string', comment: null },
    ]);
  });

  it('makes three-level names', async () => {
    await warehouse.rows('CREATE CATALOG IF NOT EXISTS dev');
    await warehouse.rows('CREATE SCHEMA dev.sales');
    await warehouse.rows('CREATE TABLE dev.sales.orders (id BIGINT, placed TIMESTAMP)');
    await warehouse.rows("INSERT INTO dev.sales.orders VALUES (1, '2024-01-01 00:00:00')");
    expect(await warehouse.rows('SELECT * FROM dev.sales.orders')).toEqual([
      { id: 1n, placed: new Date('2024-01-01T00:00:00Z') },
    ]);
    await warehouse.rows('DROP SCHEMA dev.sales CASCADE');
  });
});
