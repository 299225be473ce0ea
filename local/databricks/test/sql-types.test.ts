import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestWarehouse, type Session, type TestWarehouse } from './sql-warehouse.ts';

/** The driver itself rounds negative decimals beyond 2^53. */
const roundedByDriver: unknown = expect.any(String);

/** Each type at its extremes: SQL, the type's text, its value in the Statement Execution API, and in the driver. */
const values: [sql: string, type: string, text: string | null, driver: unknown][] = [
  ['true', 'BOOLEAN', 'true', true],
  ['127Y', 'TINYINT', '127', 127],
  ['CAST(-128 AS TINYINT)', 'TINYINT', '-128', -128],
  ['32767S', 'SMALLINT', '32767', 32767],
  ['2147483647', 'INT', '2147483647', 2147483647],
  ['CAST(-2147483648 AS INT)', 'INT', '-2147483648', -2147483648],
  ['9007199254740993', 'BIGINT', '9007199254740993', 9007199254740993n],
  ['9223372036854775807L', 'BIGINT', '9223372036854775807', 9223372036854775807n],
  ["CAST('-9223372036854775808' AS BIGINT)", 'BIGINT', '-9223372036854775808', -9223372036854775808n],
  ['1.5F', 'FLOAT', '1.5', 1.5],
  ["float('0.1')", 'FLOAT', '0.1', Math.fround(0.1)],
  ['0.1D', 'DOUBLE', '0.1', 0.1],
  ["double('NaN')", 'DOUBLE', 'NaN', NaN],
  ["double('-Infinity')", 'DOUBLE', '-Infinity', -Infinity],
  ['1.7976931348623157E308', 'DOUBLE', '1.7976931348623157E308', 1.7976931348623157e308],
  ['1.50BD', 'DECIMAL(3,2)', '1.50', '1.50'],
  [
    "CAST('-12345678901234567890.123456789012345678' AS DECIMAL(38,18))",
    'DECIMAL(38,18)',
    '-12345678901234567890.123456789012345678',
    roundedByDriver,
  ],
  [
    "CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0))",
    'DECIMAL(38,0)',
    '99999999999999999999999999999999999999',
    '99999999999999999999999999999999999999',
  ],
  ["CAST('-0.01' AS DECIMAL(4,2))", 'DECIMAL(4,2)', '-0.01', '-0.01'],
  ["CAST('-1234567.89' AS DECIMAL(9,2))", 'DECIMAL(9,2)', '-1234567.89', '-1234567.89'],
  ["CAST('-1234567890123.4567' AS DECIMAL(18,4))", 'DECIMAL(18,4)', '-1234567890123.4567', roundedByDriver],
  [
    '123456789012345678901234567890',
    'DECIMAL(30,0)',
    '123456789012345678901234567890',
    '123456789012345678901234567890',
  ],
  ["DATE'0001-01-01'", 'DATE', '0001-01-01', new Date('0001-01-01T00:00:00Z')],
  ["DATE'9999-12-31'", 'DATE', '9999-12-31', new Date('9999-12-31T00:00:00Z')],
  ["TIMESTAMP'0001-01-01 00:00:00'", 'TIMESTAMP', '0001-01-01T00:00:00.000Z', new Date('0001-01-01T00:00:00Z')],
  [
    "TIMESTAMP'2024-02-29 23:59:59.123456'",
    'TIMESTAMP',
    '2024-02-29T23:59:59.123456Z',
    new Date('2024-02-29T23:59:59.123Z'),
  ],
  ["TIMESTAMP'1969-12-31 23:59:59.999999'", 'TIMESTAMP', '1969-12-31T23:59:59.999999Z', expect.any(Date)],
  ["TIMESTAMP'9999-12-31 23:59:59.999999'", 'TIMESTAMP', '9999-12-31T23:59:59.999999Z', expect.any(Date)],
  [
    "TIMESTAMP_NTZ'2024-02-29 23:59:59.5'",
    'TIMESTAMP_NTZ',
    '2024-02-29T23:59:59.500',
    new Date('2024-02-29T23:59:59.500Z'),
  ],
  ["'naïve 😀 text'", 'STRING', 'naïve 😀 text', 'naïve 😀 text'],
  ["''", 'STRING', '', ''],
  ["X'00FF10'", 'BINARY', 'AP8Q', Buffer.from([0, 255, 16])],
  ["X''", 'BINARY', '', Buffer.alloc(0)],
  ["INTERVAL '1-2' YEAR TO MONTH", 'INTERVAL YEAR TO MONTH', '1-2', '1-2'],
  ["INTERVAL '-1-2' YEAR TO MONTH", 'INTERVAL YEAR TO MONTH', '-1-2', '-1-2'],
  ["INTERVAL '1 02:03:04.5' DAY TO SECOND", 'INTERVAL DAY TO SECOND', '1 02:03:04.500000000', '1 02:03:04.500000000'],
  ['INTERVAL -3 HOURS', 'INTERVAL HOUR', '-0 03:00:00.000000000', '-0 03:00:00.000000000'],
  ['NULL', 'VOID', null, null],
  ['CAST(NULL AS DECIMAL(10,2))', 'DECIMAL(10,2)', null, null],
  ['CAST(NULL AS STRING)', 'STRING', null, null],
  ['array(1, NULL, 3)', 'ARRAY<INT>', '[1,null,3]', [1, null, 3]],
  ['CAST(NULL AS ARRAY<INT>)', 'ARRAY<INT>', null, null],
  ["array(array('a'), NULL, array())", 'ARRAY<ARRAY<STRING>>', '[["a"],null,[]]', [['a'], null, []]],
  [
    "named_struct('a', 9007199254740993, 'b', CAST(NULL AS STRING), 'c', 1.50)",
    'STRUCT<a: BIGINT, b: STRING, c: DECIMAL(3,2)>',
    '{"a":9007199254740993,"b":null,"c":1.50}',
    { a: 9007199254740993n, b: null, c: '1.50' },
  ],
  ["map('k', 1, 'n', NULL)", 'MAP<STRING, INT>', '{"k":1,"n":null}', { k: 1, n: null }],
  [
    "array(named_struct('x', array(1.5D, NULL), 'm', map('a', DATE'2024-01-01')))",
    'ARRAY<STRUCT<x: ARRAY<DOUBLE>, m: MAP<STRING, DATE>>>',
    '[{"x":[1.5,null],"m":{"a":"2024-01-01"}}]',
    expect.any(Array),
  ],
];

describe('types', () => {
  let warehouse: TestWarehouse;
  let withoutArrow: Session;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
    const client = await warehouse.connect('/sql/protocolv1/o/0/0101-000000-local00');
    Object.assign(client.getConfig(), { arrowEnabled: false });
    withoutArrow = await client.openSession();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  it.each(values)('keeps %s exact as %s', async (sql, type, text, driver) => {
    const statement = `SELECT ${sql} AS value`;
    const { body } = await warehouse.execute({ statement });
    expect(body).toMatchObject({
      status: { state: 'SUCCEEDED' },
      manifest: { schema: { columns: [{ type_text: type }] } },
      result: { data_array: [[text]] },
    });
    expect(await warehouse.rows(statement)).toEqual([{ value: driver }]);
  });

  it.each(values)('sends %s to a client without Arrow', async (sql, _type, text) => {
    const [row] = await warehouse.rows(`SELECT ${sql} AS value`, { session: withoutArrow });
    expect(row?.['value'] === null).toBe(text === null);
  });

  it('keeps nulls where they are over many batches', async () => {
    const statement = `SELECT id, CASE WHEN id % 3 = 0 THEN id END AS third, CASE WHEN id % 7 = 0 THEN 'seven ' || id END AS text,
      CASE WHEN id % 5 = 0 THEN array(id, NULL) END AS list, id % 2 = 0 AS even FROM range(50000)`;
    const rows = await warehouse.rows(statement);
    expect(rows).toHaveLength(50_000);
    const wrong = rows.filter((row, index) => {
      const id = BigInt(index);
      return !(
        row['id'] === id &&
        row['third'] === (index % 3 === 0 ? id : null) &&
        row['text'] === (index % 7 === 0 ? `seven ${index}` : null) &&
        row['even'] === (index % 2 === 0) &&
        JSON.stringify(row['list'], (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)) ===
          (index % 5 === 0 ? `[${index},null]` : 'null')
      );
    });
    expect(wrong).toEqual([]);
  });

  it('keeps texts of every length, in place and out of place', async () => {
    const rows = await warehouse.rows("SELECT id, repeat('é', CAST(id % 40 AS INT)) AS text FROM range(5000)");
    expect(rows.filter((row, index) => row['text'] !== 'é'.repeat(index % 40))).toEqual([]);
  });

  it('sends a text of a megabyte', async () => {
    const [row] = await warehouse.rows("SELECT repeat('x', 1048576) AS text");
    expect(row?.['text']).toBe('x'.repeat(1_048_576));
  });

  it('returns an empty result with its columns', async () => {
    const session = await warehouse.openSession();
    const operation = await session.executeStatement('SELECT carat, cut FROM default.diamonds WHERE price < 0');
    expect(await operation.fetchAll()).toEqual([]);
    const schema = await operation.getSchema();
    expect(schema?.columns.map(({ columnName }) => columnName)).toEqual(['carat', 'cut']);
    await session.close();
  });

  it('keeps both columns of a repeated name', async () => {
    const { body } = await warehouse.execute({ statement: 'SELECT 1 AS a, 2 AS a' });
    expect(body.manifest.schema.columns.map(({ name }: { name: string }) => name)).toEqual(['a', 'a']);
    expect(body.result.data_array).toEqual([['1', '2']]);
  });

  it('names Spark types in the Arrow schema', async () => {
    const { body } = await warehouse.execute({
      statement: "SELECT CAST(1 AS DECIMAL(18,4)) AS d, array(1) AS l, TIMESTAMP'2024-01-01 00:00:00.000001' AS t",
      disposition: 'EXTERNAL_LINKS',
      format: 'ARROW_STREAM',
    });
    const response = await fetch(body.result.external_links[0].external_link);
    const table = tableFromIPC(await response.arrayBuffer());
    expect(table.schema.fields.map(({ metadata }) => metadata.get('Spark:DataType:SqlName'))).toEqual([
      'DECIMAL(18,4)',
      'ARRAY<INT>',
      'TIMESTAMP',
    ]);
    expect(table.schema.fields[1]?.metadata.get('Spark:DataType:JsonType')).toBe(
      '{"type":"array","elementType":"integer","containsNull":true}',
    );
    expect((table.getChildAt(2)?.data[0]?.values as BigInt64Array | undefined)?.[0]).toBe(1_704_067_200_000_001n);
  });

  it('sums integers to BIGINT and says so when that overflows', async () => {
    expect(await warehouse.rows('SELECT sum(price) AS total FROM default.diamonds')).toEqual([{ total: 212135217n }]);
    const refusal = await warehouse.refusal(
      'SELECT sum(x) AS total FROM VALUES (9223372036854775807), (9223372036854775807) AS t(x)',
    );
    expect(refusal.message).toContain('[ARITHMETIC_OVERFLOW]');
    expect(refusal.message).toContain('22003');
  });
});
