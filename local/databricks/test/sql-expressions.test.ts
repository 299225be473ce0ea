import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPRESSIONS } from './sql-expressions.ts';
import { NESTED_EXPRESSIONS } from './sql-nested-expressions.ts';
import { REFUSED } from './sql-refusals.ts';
import { startTestWarehouse, type TestWarehouse } from './sql-warehouse.ts';

/** Syntax and functions of Databricks that the local warehouse names when it refuses them. */
const ABSENT: readonly (readonly [statement: string, what: string])[] = [
  ['SELECT * FROM range(3) TABLESAMPLE (50 PERCENT)', 'TABLESAMPLE'],
  ['SELECT * FROM default.diamonds VERSION AS OF 1', 'Time travel'],
  ['FROM default.diamonds |> LIMIT 1', 'FROM before SELECT'],
  ['SELECT 1 |> LIMIT 1', 'Pipe syntax (|>)'],
  ['SELECT * FROM range(3) PIVOT (sum(id) FOR id IN (1, 2))', 'PIVOT'],
  ['WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t', 'WITH RECURSIVE'],
  ['SELECT array_sort(array(1, 2), (a, b) -> b - a)', 'array_sort'],
  ["SELECT 'a' COLLATE UTF8_LCASE", 'COLLATE'],
  ["SELECT raw:a[*] FROM VALUES ('{}') AS t(raw)", '[*]'],
  ['SELECT CAST(array(1) AS STRING)', 'CAST of array<int> to STRING'],
];

/** The colon operator: the expression over a column `raw`, its value, its type and the column's name. */
const PATHS: readonly (readonly [sql: string, value: string | null, type: string, name: string])[] = [
  ['raw:owner', 'amy', 'STRING', 'owner'],
  ['raw:OWNER', 'amy', 'STRING', 'OWNER'],
  ['raw:`owner`', 'amy', 'STRING', 'owner'],
  ['raw:`OWNER`', null, 'STRING', 'OWNER'],
  ["raw:['owner']", 'amy', 'STRING', 'owner'],
  ["raw:['OWNER']", null, 'STRING', 'OWNER'],
  ["raw:['zip code']", '94025', 'STRING', 'zip code'],
  ['raw:`zip code`', '94025', 'STRING', 'zip code'],
  ['raw:store.bicycle.price', '19.95', 'STRING', 'price'],
  ['raw:store:bicycle', '{"price":19.95}', 'STRING', 'bicycle'],
  ['raw:basket[0][1]', '2', 'STRING', 'basket'],
  ['raw:basket[9]', null, 'STRING', 'basket'],
  ['raw:none', null, 'STRING', 'none'],
  ['raw:nothing', null, 'STRING', 'nothing'],
  ['raw:n::int + 1', '8', 'INT', '(CAST(raw:n AS INT) + 1)'],
  ["raw:owner = 'amy'", 'true', 'BOOLEAN', '(raw:owner = amy)'],
  ['upper(raw:owner)', 'AMY', 'STRING', 'upper(raw:owner)'],
  ['typeof(raw:n)', 'string', 'STRING', 'typeof(raw:n)'],
  ["'no json':a", null, 'STRING', 'a'],
  ['raw:flag::boolean', 'true', 'BOOLEAN', 'CAST(raw:flag AS BOOLEAN)'],
  ['raw:n ?:: date', null, 'DATE', 'TRY_CAST(raw:n AS DATE)'],
];

const RAW = `'{"owner":"amy","zip code":"94025","store":{"bicycle":{"price":19.95}},"basket":[[1,2],[3]],"nothing":null,"n":7,"flag":true}'`;

describe('expressions', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await startTestWarehouse();
  });
  afterAll(() => warehouse[Symbol.asyncDispose]());

  /** What each expression gives, from one statement for all of them. */
  async function results(expressions: readonly string[], from = ''): Promise<unknown[]> {
    const { body } = await warehouse.execute({ statement: `SELECT ${expressions.join(', ')}${from}` });
    expect(body.status).toEqual({ state: 'SUCCEEDED' });
    const columns: { name: string; type_text: string }[] = body.manifest.schema.columns;
    return columns.map(({ name, type_text: type }, index) => ({
      sql: expressions[index],
      value: body.result.data_array[0][index],
      type,
      name,
    }));
  }

  const typeText = (type: string) =>
    type
      .toUpperCase()
      .replaceAll(/(?<=[<,])(\w+):/g, (field) => `${field.toLowerCase()} `)
      .replaceAll(/,(?!\d)/g, ', ');

  it.each([
    ['scalar', EXPRESSIONS],
    ['nested', NESTED_EXPRESSIONS],
  ])('have the value, type and name that Spark gives them: %s ones', async (_kind, expressions) => {
    const found = await results(expressions.map(([sql]) => sql));
    expect(found).toEqual(expressions.map(([sql, value, type, name]) => ({ sql, value, type: typeText(type), name })));
  });

  it('reach into JSON text by the colon operator', async () => {
    const found = await results(
      PATHS.map(([sql]) => sql),
      ` FROM VALUES (${RAW}) AS t(raw)`,
    );
    expect(found).toEqual(PATHS.map(([sql, value, type, name]) => ({ sql, value, type, name })));
  });

  it.each(REFUSED)('refuse %s as %s', async (sql, errorClass, sqlState) => {
    const { body } = await warehouse.execute({ statement: sql.startsWith('SELECT') ? sql : `SELECT ${sql}` });
    expect(body.status.error?.message).toContain(`[${errorClass}] `);
    expect(body.status.error?.message).toContain(`SQLSTATE: ${sqlState}`);
  });

  it.each(ABSENT)('name what is not there: %s', async (statement, what) => {
    const { body } = await warehouse.execute({ statement });
    expect(body.status.error?.message).toContain(what);
    expect(body.status.error?.message).toContain('is not in the local warehouse');
    expect(body.status.error?.message).toContain('SQLSTATE: 0A000');
  });

  it.each([
    ['DECIMAL', '2', 'DATA_TYPE'],
    ['DOUBLE', '2', 'DATA_TYPE'],
    ['STRING', '2', 'DATA_TYPE'],
    ['BIGINT', '2', 'DATA_TYPE'],
    [undefined, '2', 'DATA_TYPE'],
    ['INT', '-1', 'IS_NEGATIVE'],
    ['INT', undefined, 'IS_NULL'],
  ])('take no %s of %s for LIMIT', async (type, value, problem) => {
    const { body } = await warehouse.execute({
      statement: 'SELECT id FROM range(3) LIMIT :n',
      parameters: [{ name: 'n', ...(type ? { type } : {}), ...(value ? { value } : {}) }],
    });
    expect(body.status.error?.message).toContain(`[INVALID_LIMIT_LIKE_EXPRESSION.${problem}]`);
  });

  it.each([
    ['nested calls', `${'trim('.repeat(40)}'a'${')'.repeat(40)}`],
    ['long lists of numbers', `7 IN (${Array.from({ length: 5000 }, (_, index) => index).join(', ')})`],
  ])('take no time to speak of: %s', async (_kind, sql) => {
    const { body } = await warehouse.execute({ statement: `SELECT ${sql}` });
    expect(body.status).toEqual({ state: 'SUCCEEDED' });
  });

  it.each([
    ['deep nesting', `${'('.repeat(9000)}1${')'.repeat(9000)}`, 'FAILED_TO_PARSE_TOO_COMPLEX'],
    [
      'aliases that double',
      `1 AS a0, ${Array.from({ length: 30 }, (_, index) => `a${index} + a${index} AS a${index + 1}`).join(', ')}`,
      'UNSUPPORTED_FEATURE.LOCAL_WAREHOUSE',
    ],
  ])('are bounded: %s', async (_kind, sql, errorClass) => {
    const { body } = await warehouse.execute({ statement: `SELECT ${sql}` });
    expect(body.status.error?.message).toContain(`[${errorClass}] `);
  });
});
