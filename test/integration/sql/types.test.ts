import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SqlClient } from '../../../src/shared/sql/sql-client.ts';
import { ask, bodyOf, clientOf, type LocalWarehouse, rowsOf, startWarehouse, textOf } from './local-warehouse.ts';

let warehouse: LocalWarehouse;
let client: SqlClient;

beforeAll(async () => {
  warehouse = await startWarehouse();
  client = clientOf(warehouse.port);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await warehouse[Symbol.asyncDispose]();
});

/** [expression, type text, JSON value, CSV field]; the CSV field is the JSON value's text where it is left out. */
const table: [string, string, unknown, string?][] = [
  ['CAST(127 AS TINYINT)', 'TINYINT', 127],
  ['CAST(-32768 AS SMALLINT)', 'SMALLINT', -32_768],
  ['CAST(-2147483648 AS INT)', 'INT', -2_147_483_648],
  ['CAST(9007199254740993 AS BIGINT)', 'BIGINT', '9007199254740993'],
  ["CAST('-9223372036854775808' AS BIGINT)", 'BIGINT', '-9223372036854775808'],
  ["CAST('9223372036854775807' AS BIGINT)", 'BIGINT', '9223372036854775807'],
  ['CAST(-1 AS BIGINT)', 'BIGINT', '-1'],
  ['CAST(0 AS BIGINT)', 'BIGINT', '0'],
  ["CAST('123.45' AS DECIMAL(18,4))", 'DECIMAL(18,4)', '123.4500'],
  ["CAST('-0.0001' AS DECIMAL(18,4))", 'DECIMAL(18,4)', '-0.0001'],
  ["CAST('-9007199254740993.1234' AS DECIMAL(38,4))", 'DECIMAL(38,4)', '-9007199254740993.1234'],
  [
    "CAST('12345678901234567890.123456789012345678' AS DECIMAL(38,18))",
    'DECIMAL(38,18)',
    '12345678901234567890.123456789012345678',
  ],
  [
    "CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0))",
    'DECIMAL(38,0)',
    '99999999999999999999999999999999999999',
  ],
  [
    "CAST('-99999999999999999999999999999999999999' AS DECIMAL(38,0))",
    'DECIMAL(38,0)',
    '-99999999999999999999999999999999999999',
  ],
  ['CAST(0.1 AS FLOAT)', 'FLOAT', 0.1],
  ['CAST(0.1 AS DOUBLE)', 'DOUBLE', 0.1],
  ['CAST(1e300 AS DOUBLE)', 'DOUBLE', 1e300, '1e+300'],
  ["CAST('NaN' AS DOUBLE)", 'DOUBLE', 'NaN'],
  ["CAST('Infinity' AS DOUBLE)", 'DOUBLE', 'Infinity'],
  ["CAST('-Infinity' AS DOUBLE)", 'DOUBLE', '-Infinity'],
  ['true', 'BOOLEAN', true],
  ['false', 'BOOLEAN', false],
  ["'naïve 😀'", 'STRING', 'naïve 😀'],
  ["concat('a', chr(10), chr(34), chr(92), chr(9), chr(1))", 'STRING', 'a\n"\\\t\u0001', '"a\n""\\\t\u0001"'],
  ["'a,b'", 'STRING', 'a,b', '"a,b"'],
  ["''", 'STRING', '', '""'],
  ["DATE'2024-02-29'", 'DATE', '2024-02-29'],
  ["DATE'0001-01-01'", 'DATE', '0001-01-01'],
  ["DATE'9999-12-31'", 'DATE', '9999-12-31'],
  ["DATE'1969-12-31'", 'DATE', '1969-12-31'],
  ["TIMESTAMP'2024-02-03 04:05:06.789123'", 'TIMESTAMP', '2024-02-03T04:05:06.789123Z'],
  ["TIMESTAMP'0001-01-01 00:00:00'", 'TIMESTAMP', '0001-01-01T00:00:00.000000Z'],
  ["TIMESTAMP'9999-12-31 23:59:59.999999'", 'TIMESTAMP', '9999-12-31T23:59:59.999999Z'],
  ["TIMESTAMP'1969-12-31 23:59:59.999999'", 'TIMESTAMP', '1969-12-31T23:59:59.999999Z'],
  ["TIMESTAMP_NTZ'2024-02-03 04:05:06.789123'", 'TIMESTAMP_NTZ', '2024-02-03T04:05:06.789123'],
  ["X'00ff10'", 'BINARY', 'AP8Q'],
  ["X''", 'BINARY', '', '""'],
  ["INTERVAL '1-2' YEAR TO MONTH", 'INTERVAL YEAR TO MONTH', '1-2'],
  ["INTERVAL '1 02:03:04' DAY TO SECOND", 'INTERVAL DAY TO SECOND', '1 02:03:04.000000000'],
  ['array(1, NULL, 3)', 'ARRAY<INT>', [1, null, 3], '"[1,null,3]"'],
  ["array(array('a'), NULL, array())", 'ARRAY<ARRAY<STRING>>', [['a'], null, []], '"[[""a""],null,[]]"'],
  ['array(CAST(9007199254740993 AS BIGINT))', 'ARRAY<BIGINT>', ['9007199254740993'], '"[""9007199254740993""]"'],
  ["map('a', 1, 'b', NULL)", 'MAP<STRING, INT>', { a: 1, b: null }, '"{""a"":1,""b"":null}"'],
  [
    "named_struct('a', 1, 'b', named_struct('c', CAST('1.50' AS DECIMAL(9,2)), 'd', DATE'2024-02-29'))",
    'STRUCT<a: INT, b: STRUCT<c: DECIMAL(9,2), d: DATE>>',
    { a: 1, b: { c: '1.50', d: '2024-02-29' } },
    '"{""a"":1,""b"":{""c"":""1.50"",""d"":""2024-02-29""}}"',
  ],
  ['NULL', 'VOID', null, ''],
  ["map(1, 'a', 2, 'b')", 'MAP<INT, STRING>', { 1: 'a', 2: 'b' }, '"{""1"":""a"",""2"":""b""}"'],
  [
    'map(CAST(9007199254740993 AS BIGINT), true)',
    'MAP<BIGINT, BOOLEAN>',
    { '9007199254740993': true },
    '"{""9007199254740993"":true}"',
  ],
  ["map(DATE'2024-02-29', 1)", 'MAP<DATE, INT>', { '2024-02-29': 1 }, '"{""2024-02-29"":1}"'],
  [
    "array(TIMESTAMP'2024-02-03 04:05:06.789123')",
    'ARRAY<TIMESTAMP>',
    ['2024-02-03T04:05:06.789123Z'],
    '"[""2024-02-03T04:05:06.789123Z""]"',
  ],
  ["array(CAST('NaN' AS DOUBLE), CAST(-0.5 AS DOUBLE))", 'ARRAY<DOUBLE>', ['NaN', -0.5], '"[""NaN"",-0.5]"'],
  ["array(X'00ff', NULL)", 'ARRAY<BINARY>', ['AP8=', null], '"[""AP8="",null]"'],
  [
    "array(named_struct('k', map('x', array(1, 2))))",
    'ARRAY<STRUCT<k: MAP<STRING, ARRAY<INT>>>>',
    [{ k: { x: [1, 2] } }],
    '"[{""k"":{""x"":[1,2]}}]"',
  ],
  ['CAST(NULL AS ARRAY<INT>)', 'ARRAY<INT>', null, ''],
  ["INTERVAL '-0-1' YEAR TO MONTH", 'INTERVAL YEAR TO MONTH', '-0-1'],
  ["CAST('x' AS VARCHAR(10))", 'STRING', 'x'],
  ['CAST(NULL AS INT)', 'INT', null, ''],
  ['CAST(NULL AS STRING)', 'STRING', null, ''],
  ['CAST(NULL AS DECIMAL(9,2))', 'DECIMAL(9,2)', null, ''],
];

describe('every type keeps its exact value', () => {
  test.each(table)('%s', async (expression, type, value, csv) => {
    // A column beside it keeps a NULL from being an empty line.
    const statement = `SELECT ${expression} AS v, 1 AS one`;
    const json = await rowsOf(client, statement);
    expect(json.columns[0]).toMatchObject({ name: 'v', type });
    expect(json.rows).toEqual([[value, 1]]);
    expect(JSON.parse(await textOf(client, statement, { format: 'ndjson' }))).toEqual({ v: value, one: 1 });
    const field = csv ?? String(value);
    expect(await textOf(client, statement, { format: 'csv' })).toBe(`v,one\r\n${field},1\r\n`);
    const arrow = tableFromIPC(await bodyOf(await ask(client, statement, { format: 'arrow' })));
    expect(arrow.numRows).toBe(1);
  });
});

describe('native numbers', () => {
  test('keep all their digits as JSON numbers', async () => {
    const statement =
      "SELECT CAST(9007199254740993 AS BIGINT) AS b, CAST('-1.50' AS DECIMAL(38,2)) AS d, array(CAST(1 AS BIGINT)) AS a";
    expect(await textOf(client, statement, { format: 'ndjson', numbers: 'native' })).toBe(
      '{"b":9007199254740993,"d":-1.50,"a":[1]}\n',
    );
  });
});

describe('the shape of a result', () => {
  test('has its columns when it is empty', async () => {
    const statement = 'SELECT 1 AS a WHERE false';
    expect(await rowsOf(client, statement)).toMatchObject({
      columns: [{ name: 'a', type: 'INT' }],
      rows: [],
      row_count: 0,
      truncated: false,
    });
    expect(await textOf(client, statement, { format: 'csv' })).toBe('a\r\n');
    expect(await textOf(client, statement, { format: 'ndjson' })).toBe('');
    const arrow = tableFromIPC(await bodyOf(await ask(client, statement, { format: 'arrow' })));
    expect([arrow.numRows, arrow.schema.fields.map(({ name }) => name)]).toEqual([0, ['a']]);
  });

  test('has neither columns nor rows for a statement without a result', async () => {
    const options = { allowedClasses: ['*'] };
    expect(await rowsOf(client, 'CREATE TABLE nothing_to_show (a INT)', options)).toMatchObject({
      rows: [],
      row_count: 0,
    });
  });

  test('tells columns of the same name apart in NDJSON', async () => {
    const statement = 'SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a';
    expect(await textOf(client, statement, { format: 'ndjson' })).toBe('{"a":1,"a_3":2,"a_2":3,"a_4":4}\n');
    expect(await textOf(client, statement, { format: 'csv' })).toBe('a,a,a_2,a\r\n1,2,3,4\r\n');
    expect((await rowsOf(client, statement)).columns.map(({ name }) => name)).toEqual(['a', 'a', 'a_2', 'a']);
  });

  test('carries a string of 1 MB', async () => {
    const text = (await rowsOf(client, "SELECT repeat('é', 500000) AS s")).rows[0]![0] as string;
    expect(text).toBe('é'.repeat(500_000));
  });

  test('keeps every row of a result of many batches, in order', async () => {
    const text = await textOf(client, 'SELECT id FROM range(250000) AS t(id) ORDER BY id', { format: 'csv' });
    const lines = text.split('\r\n');
    expect([lines.length, lines[0], lines[1], lines.at(-2), lines.at(-1)]).toEqual([250_002, 'id', '0', '249999', '']);
    expect(lines.slice(1, -1).every((line, index) => line === String(index))).toBe(true);
  });
});
