import { type ProblemCode, STATUS_OF_CODE } from '../../../src/shared/http/error-table.ts';
import { describe, expect, test } from 'vitest';
import { classify, guard } from '../../../src/shared/sql/guard/statement-guard.ts';

const refusal = (statement: string) =>
  guard(statement).then(
    () => 'passed',
    ({ code, message }: { code: ProblemCode; message: string }) => `${STATUS_OF_CODE[code]} ${message}`,
  );

describe('a write is found', () => {
  test.each([
    // Behind hints, which are tokens: a string inside may hold what would end a comment.
    ["WITH x AS (SELECT /*+ h('*/') */ 1) INSERT INTO t SELECT 1 -- ') SELECT 1", 'INSERT'],
    ["WITH x AS (SELECT /*+ h('*/') */ 1) DELETE FROM t -- ') SELECT 1", 'DELETE'],
    ['WITH x AS (SELECT /*+ h("*/") */ 1) UPDATE t SET a = 1 -- ") SELECT 1', 'UPDATE'],
    [
      'WITH x AS (SELECT /*+ h(`*/`) */ 1) MERGE INTO t USING x ON true WHEN MATCHED THEN DELETE -- `) SELECT 1',
      'MERGE',
    ],
    [
      "WITH x AS (SELECT /*+ h(r'*/') */ 1) INSERT OVERWRITE DIRECTORY '/x' USING csv SELECT 1 -- ') SELECT 1",
      'INSERT',
    ],
    // Behind common tables of every form.
    ['WITH x(a) (SELECT 1) UPDATE default.t SET a=1', 'UPDATE'],
    ['WITH x(a) (SELECT 1) FROM x INSERT INTO t SELECT a', 'INSERT'],
    [
      'WITH x(a) (SELECT 1) MERGE WITH SCHEMA EVOLUTION INTO t USING x ON t.a=x.a WHEN NOT MATCHED BY SOURCE THEN DELETE',
      'MERGE',
    ],
    ['WITH x(a) (SELECT 1) MERGE INTO IDENTIFIER(:t) USING x ON true WHEN MATCHED THEN DELETE', 'MERGE'],
    ["WITH x(a) (SELECT 1) INSERT INTO IDENTIFIER('t') SELECT 1", 'INSERT'],
    ['WITH x(a) (SELECT 1) INSERT WITH SCHEMA EVOLUTION INTO t SELECT 1', 'INSERT'],
    ["WITH x(a) (SELECT 1) INSERT OVERWRITE t PARTITION (d='1') IF NOT EXISTS SELECT 1", 'INSERT'],
    ['WITH RECURSIVE x (a) MAX RECURSION LEVEL 5 AS (SELECT 1) DELETE FROM t', 'DELETE'],
    ["WITH IDENTIFIER('v')(IDENTIFIER('c')) (SELECT 1) DELETE FROM t WHERE a IN (SELECT c FROM v)", 'DELETE'],
    ['WITH x (SELECT 1), y AS ((SELECT 2)) UPDATE t SET a = (SELECT 1)', 'UPDATE'],
    ['WITH select (select) (SELECT 1) DELETE FROM t', 'DELETE'],
    ['WITH a AS (WITH b (SELECT 1) TABLE b) DELETE FROM t', 'DELETE'],
    // Glued to numbers.
    ['FROM a JOIN b ON a.x < 1e+5INSERT INTO t SELECT a.x', 'INSERT'],
    ["FROM a JOIN b ON a.x < 1E-5INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT a.x", 'INSERT'],
    ['FROM a JOIN b ON a.x < 1e-0INSERT OVERWRITE TABLE t SELECT *', 'INSERT'],
    ['WITH x AS (SELECT 1) FROM x JOIN b ON a < 1e+5INSERT INTO t SELECT *', 'INSERT'],
    ['FROM a JOIN b ON a.x < 1e+5DINSERT INTO t SELECT *', 'INSERT'],
    ['FROM a JOIN b ON a.x < 1e+5BDINSERT INTO t SELECT *', 'INSERT'],
    ["FROM a JOIN b ON a.x = 'x'INSERT INTO t SELECT *", 'INSERT'],
    ['FROM a JOIN b ON a.`x`INSERT INTO t SELECT *', 'INSERT'],
    ['FROM a JOIN b ON (true)INSERT INTO t SELECT *', 'INSERT'],
    // In other letters and spaces.
    ['FROM a ınsert ınto t SELECT *', 'INSERT'],
    ['FROM a inſert into t SELECT *', 'INSERT'],
    ['FROM a INSERT\u00a0INTO\u2003t SELECT *', 'INSERT'],
    ['FROM a INSERT/**/INTO/* /* */ */t SELECT *', 'INSERT'],
    ['FROM a INSERT--x\rINTO t SELECT *', 'INSERT'],
    ['/*/ SELECT 1 */ DROP TABLE t', 'DROP'],
    ['/* /* */ SELECT 1 -- */ DROP TABLE t', 'DROP'],
    // Explained, in several arms, in a body of its own.
    ['EXPLAIN WITH x(a) (SELECT 1) DELETE FROM t', 'DELETE'],
    ['EXPLAIN ANALYZE TABLE t COMPUTE STATISTICS', 'ANALYZE'],
    ['FROM t INSERT INTO a SELECT 1 INSERT INTO b SELECT 2', 'INSERT'],
    ['FROM t SELECT 1 INSERT INTO b SELECT 2', 'INSERT'],
    ['SELECT 1 UNION ALL INSERT INTO b SELECT 2', 'INSERT'],
    ['WITH x AS (DELETE FROM t) SELECT * FROM x', 'DELETE'],
    ['FROM t |> WHERE a |> INSERT INTO u', 'INSERT'],
    ['BEGIN DECLARE x INT; SELECT 1; DELETE FROM t; END', 'BEGIN'],
  ])('%s', async (statement, name) => {
    expect(await refusal(statement)).toMatch(new RegExp(`^403 ${name} statements`));
  });
});

describe('a script is found wherever a SELECT may stand', () => {
  test.each([
    "FROM t MAP a USING 'curl evil' AS b",
    "FROM t REDUCE a USING 'sh' AS b",
    "SELECT * FROM (MAP a USING 'sh' AS b FROM t)",
    "SELECT * FROM (FROM t MAP a, b USING 'sh')",
    "WITH x AS (MAP a USING 'sh') SELECT * FROM x",
    "WITH x AS (SELECT TRANSFORM(a) USING 'id; cat' AS (b) FROM VALUES ('hello') AS t(a)) SELECT * FROM x",
    "TABLE t UNION MAP a USING 'sh'",
    "SELECT 1 UNION ALL REDUCE a USING 'sh' AS b FROM t",
    "VALUES 1 EXCEPT MAP a USING 'sh' FROM t",
    'TABLE x INTERSECT DISTINCT MAP a USING "sh"',
    "SELECT (MAP a USING 'sh' FROM t)",
    "MAP a USING 'sh'",
    "FROM t MAP a USING 's' 'h'",
    'FROM t MAP a USING ?',
    'FROM t MAP a USING :script',
    "FROM t MAP a USING r'sh'",
    'FROM t SELECT TRANSFORM (a, b) USING/**/"sh"',
    "SELECT TRANSFORM (a) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' RECORDWRITER 'w' USING 'cat' AS b RECORDREADER 'r' FROM t",
    "FROM a JOIN b ON a.x < 1e+5MAP a USING 'sh'",
    "SELECT EXISTS (SELECT 1 UNION MAP a uſıng 'sh')",
    "DESC MAP a USING 'sh'",
    "EXPLAIN SELECT TRANSFORM (a) USING 'sh' FROM t",
  ])('%s', async (statement) => {
    expect(await refusal(statement)).toMatch(/^403 TRANSFORM statements/);
  });
});

describe('what reaches out of the query is found', () => {
  test.each([
    ["SELECT /*+ h('*/') */ secret('scope','key') AS x -- '", 'SELECT with SECRET()'],
    ["SELECT `SECRET`\n('scope', 'key')", 'SELECT with SECRET()'],
    ["SELECT system.builtin.secret/**/('scope', 'key')", 'SELECT with SECRET()'],
    ["SELECT transform(a, x -> secret('s', x)) FROM t", 'SELECT with SECRET()'],
    ["VALUES (try_secret('a', 'b'))", 'VALUES with TRY_SECRET()'],
    ['SELECT * FROM list_secrets()', 'SELECT with LIST_SECRETS()'],
    ["SELECT a FROM t QUALIFY java_method('a', 'b')", 'SELECT with JAVA_METHOD()'],
    ["SELECT IDENTIFIER('secret')('scope','key')", 'SELECT with a function by a computed name'],
    ["SELECT IDENTIFIER(:f)('scope','key')", 'SELECT with a function by a computed name'],
    ["SELECT IDENTIFIER('http_' || 'request')(conn => 'c')", 'SELECT with a function by a computed name'],
    ["SELECT system.builtin.IDENTIFIER('secret')('scope','key')", 'SELECT with a function by a computed name'],
    ["SELECT * FROM IDENTIFIER('remote_query')('c', query => 'x')", 'SELECT with a function by a computed name'],
    ["SELECT * FROM t LATERAL VIEW IDENTIFIER('f')(a) x", 'SELECT with a function by a computed name'],
    ["SELECT * FROM t, LATERAL identifier ( 'f' ) ( a )", 'SELECT with a function by a computed name'],
    ["SELECT system.ai.python_exec('import os')", 'SELECT with PYTHON_EXEC()'],
    ["SELECT `system`.AI.anything('x')", 'SELECT with ANYTHING()'],
    ["SELECT IDENTIFIER('system.ai').anything('x')", 'SELECT with a function by a computed name'],
    ["SELECT `ſecret`('a', 'b')", 'SELECT with SECRET()'],
    ["SELECT from_xml(a, 'x INT', map('rowValidationXsdPath', 'http://evil'))", 'SELECT with files'],
    ['SELECT * FROM `com.example.Format`.relative', 'SELECT with files'],
    ["SELECT * FROM read_files('abfss://x')", 'SELECT with READ_FILES()'],
    ["SELECT * FROM STREAM(read_kafka(bootstrapServers => 'evil:9092'))", 'SELECT with READ_KAFKA()'],
    ["SELECT * FROM STREAM read_kinesis(streamName => 'x')", 'SELECT with READ_KINESIS()'],
    ["SELECT ai_query('model', a) FROM t", 'SELECT with AI_QUERY()'],
    ["SELECT ai_gen_next_year('x')", 'SELECT with AI_GEN_NEXT_YEAR()'],
    ["SELECT * FROM vector_search(index => 'i', query => 'x')", 'SELECT with VECTOR_SEARCH()'],
    ["SELECT from_avro(a, 'subject', 'http://evil') FROM t", 'SELECT with FROM_AVRO()'],
    ["SELECT from_avro(a, 'subject', 'http://evil', map('mode', 'FAILFAST')) FROM t", 'SELECT with FROM_AVRO()'],
    ["SELECT from_avro(a, schemaRegistryAddress => 'http://evil', subject => 's') FROM t", 'SELECT with FROM_AVRO()'],
    ["SELECT from_protobuf(a, 'm', '/etc/x') FROM t", 'SELECT with FROM_PROTOBUF()'],
    ['SELECT * FROM somebody_s_function(1)', 'SELECT with SOMEBODY_S_FUNCTION()'],
    ['SELECT * FROM TABLE(main.s.udtf(1))', 'SELECT with UDTF()'],
    ['SELECT * FROM t LATERAL VIEW main.s.udtf(a) x AS y', 'SELECT with UDTF()'],
    ['SELECT * FROM t |> JOIN udtf(1)', 'SELECT with UDTF()'],
    ["SELECT * FROM main.s.IDENTIFIER('a' || 1)", 'SELECT with IDENTIFIER()'],
    ['SELECT * FROM main.s.IDENTIFIER(:a) x', 'SELECT with IDENTIFIER()'],
    ['SELECT * FROM (SELECT 1 UNION FROM `udtf`(1))', 'SELECT with UDTF()'],
    ['SELECT * FROM parquet.`/mnt/x`', 'SELECT with files (parquet./mnt/x)'],
    ['SELECT * FROM CSV.`relative`', 'SELECT with files (CSV.relative)'],
    ['SELECT * FROM `com.example.Format`.`abfss://c@a/x`', 'SELECT with files'],
    ["SELECT * FROM IDENTIFIER('delta.`/mnt/x`')", 'SELECT with files'],
    ["SELECT * FROM table_changes('delta.`/mnt/x`', 1)", 'SELECT with files'],
    ["SELECT * FROM TABLE_CHANGES('delta.`/mnt' || '/x`', 1, 5)", 'SELECT with files'],
    ["SELECT * FROM table_changes(concat('delta', '.`/mnt/x`'), 1)", 'SELECT with files'],
    ['SELECT * FROM delta.`/mnt/x`@v1', 'SELECT with files'],
    ['SELECT f(TABLE csv.`/x`)', 'SELECT with files'],
    ["DESCRIBE DETAIL '/mnt/x'", 'DESCRIBE with files'],
    ['DESCRIBE HISTORY delta.`/mnt/x`', 'DESCRIBE with files'],
  ])('%s', async (statement, name) => {
    expect(await refusal(statement)).toMatch(new RegExp(`^403 ${RegExp.escape(name)}.*statements`));
  });

  test('and passes only where a rule names it, but is never run again', async () => {
    const statement = "SELECT * FROM read_files('/a')";
    expect(await guard(statement, [], { functions: ['read_files'] })).toMatchObject({
      isRead: false,
      isPlainSelect: false,
    });
    await expect(guard(statement, [], { functions: ['secret'] })).rejects.toMatchObject({
      code: 'STATEMENT_NOT_ALLOWED',
    });
    await expect(guard("INSERT INTO t SELECT secret('a', 'b')", ['INSERT'])).rejects.toMatchObject({
      code: 'STATEMENT_NOT_ALLOWED',
    });
    expect(await guard("INSERT INTO t SELECT secret('a', 'b')", ['INSERT'], { functions: ['secret'] })).toMatchObject({
      isRead: false,
    });
  });
});

test('a parameter that IDENTIFIER makes the name of files of is found', async () => {
  const statement = 'SELECT * FROM IDENTIFIER(:t)';
  const given = (value: unknown) => ({ parameters: [{ name: 't', value }] });
  for (const value of ['main.s.t', 7, null]) {
    expect(await guard(statement, [], given(value))).toMatchObject({ isRead: true });
  }
  for (const value of ['parquet.`/mnt/x`', 'csv.x', 'abfss://c@a/x']) {
    await expect(guard(statement, [], given(value))).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  }
  expect(await guard('SELECT :t', [], given('a/b'))).toMatchObject({ isRead: true });
});

describe('a name that is computed', () => {
  const verdict = (statement: string, values: Record<string, string>) =>
    guard(statement, [], { parameters: Object.entries(values).map(([name, value]) => ({ name, value })) }).then(
      () => 'passed',
      ({ message }: { message: string }) => message.slice(0, 17),
    );

  test.each([
    ["IDENTIFIER('c' || 'sv.x')", {}],
    ["IDENTIFIER('csv' '.x')", {}],
    ["IDENTIFIER('csv' || '.`' || chr(47) || 'x`')", {}],
    ["IDENTIFIER(concat('parquet', '.', 'x'))", {}],
    ["IDENTIFIER('csv.' || 1)", {}],
    ["IDENTIFIER('a' || 1.5)", {}],
    ["IDENTIFIER('a' || 0x2f)", {}],
    ["IDENTIFIER(reverse('x.vsc'))", {}],
    ["IDENTIFIER(r'csv.x')", {}],
    ["IDENTIFIER('\\u0063sv.x')", {}],
    ["IDENTIFIER('csv').x", {}],
    ["IDENTIFIER('csv').IDENTIFIER('x')", {}],
    ['IDENTIFIER(:f).x', { f: 'csv' }],
    ["IDENTIFIER(:f || '.x')", { f: 'csv' }],
    ['IDENTIFIER(:f || :g)', { f: 'cs', g: 'v.x' }],
    ['IDENTIFIER(concat(:f, :f))', { f: 'x'.repeat(501) }],
    ["IDENTIFIER(? || '.x')", {}],
    ["IDENTIFIER(IDENTIFIER('csv.x'))", {}],
  ])('may be one of files: %s', async (name, values) => {
    expect(await verdict(`SELECT * FROM ${name}`, values)).toBe('SELECT with files');
  });

  test.each([
    ["IDENTIFIER(:c || '.' || :s || '.t')", { c: 'main', s: 'csv' }],
    ["IDENTIFIER(concat(:c, '.s.', 't'))", { c: 'main', url: 'https://a/b' }],
    ['IDENTIFIER(:c).IDENTIFIER(:s).t', { c: 'main', s: 'csv' }],
    ["IDENTIFIER('main.s.t')", {}],
    ["IDENTIFIER('main.s.t' || 2024)", {}],
  ])('may be one of a table, whatever else is given: %s', async (name, values) => {
    expect(await verdict(`SELECT * FROM ${name} WHERE a = :url`, values)).toBe('passed');
  });

  test('costs no time, however often it is computed', async () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `IDENTIFIER(:a || ${index})`).join();
    expect(await verdict(`SELECT ${names}`, { a: 'x'.repeat(1e6) })).toBe('SELECT with files');
  });
});

test.each([
  'SELECT * FROM VALUES a, csv.`/x`',
  'SELECT * FROM VALUES `a`, csv.x t',
  'SELECT * FROM VALUES a(b, c), udtf(1)',
  'SELECT * FROM VALUES a(b), (c), csv.`/x` JOIN d',
  'FROM u JOIN VALUES null, csv.x',
  'FROM LATERAL VALUES f(a), s.t(x)',
  "SELECT * FROM VALUES WITH ('fetchsize' = 1), csv.x",
  'SELECT * FROM VALUES TABLESAMPLE (10 PERCENT), csv.x',
  "SELECT * FROM VALUES IDENTIFIER('a'), csv.x",
  'SELECT 1 WHERE EXISTS (SELECT 1 FROM VALUES a, STREAM(csv.x))',
])('VALUES that may be the name of a table is refused: %s', async (statement) => {
  expect(await refusal(statement)).toMatch(/^422 .*VALUES may be the name of a table/);
});

test('VALUES without rows is a table function that is not known', async () => {
  expect(await refusal('SELECT * FROM VALUES() AS t')).toMatch(/^403 SELECT with VALUES\(\)/);
  expect(await refusal('SELECT * FROM (VALUES ()) t')).toMatch(/^403 SELECT with VALUES\(\)/);
});

describe('options that reach out are found', () => {
  test.each([
    ["SELECT * FROM t WITH ('sessionInitStatement' = 'DROP TABLE x')", 'the table option'],
    ["SELECT * FROM t WITH (path '/etc')", 'the table option path'],
    ['SELECT * FROM a, t WITH (fetchSize 1, `query` = 1) x', 'the table option query'],
    ["SELECT * FROM t WITH (a.b.path = 'x')", 'the table option'],
    ["SELECT from_xml(a, 'x INT', map('rowValidation' || 'XsdPath', 'http://x'))", 'files'],
    ["SELECT from_xml(a, 'x INT', map('rowValidation' 'XsdPath', 'http://x'))", 'files'],
    ["SELECT from_xml(a, 'x INT', map('\\u0072owValidationXsdPath', 'http://x'))", 'files'],
    ["SELECT from_xml(a, 'x INT', map(r'rowValidationXSDPath', 'x'))", 'files'],
    ["SELECT from_xml(a, 'x INT', map(:option, :value))", 'files'],
    ["SELECT schema_of_xml('<a/>', map(lower('X'), 'x'))", 'files'],
    ["SELECT schema_of_avro('{}', map_from_arrays(a, b))", 'files'],
    ["SELECT from_avro(a, '{}', map('confluent.schema.registry.url', 'x'))", 'FROM_AVRO()'],
    ["SELECT from_avro(a, '{}', map('mode', 'x', 'a' || 'b', 'x'))", 'FROM_AVRO()'],
    ["SELECT from_avro(a, '{}', map('mode', concat('a', 'b')))", 'FROM_AVRO()'],
    ["SELECT from_avro(a, '{}', map(1, 'x'))", 'FROM_AVRO()'],
    ["SELECT from_avro(a, '{}', :options)", 'FROM_AVRO()'],
    ["SELECT from_avro(a, '{}', map('mode', 'x') || 'http://evil')", 'FROM_AVRO()'],
  ])('%s', async (statement, name) => {
    expect(await refusal(statement)).toMatch(new RegExp(`^403 SELECT with ${RegExp.escape(name)}`));
  });

  test.each([
    'DESCRIBE DETAIL delta.`relative`',
    "DESCRIBE DETAIL '\\u002fmnt'",
    "DESCRIBE HISTORY 'x'",
    'DESCRIBE TABLE csv.x',
  ])('so are files that are described: %s', async (statement) => {
    expect(await refusal(statement)).toMatch(/^403 DESCRIBE with files/);
  });
});

describe('what servers may read in another way is not passed on', () => {
  test.each([
    "SELECT 1 -- ${system:line.separator}, secret('scope','key')",
    'FROM t -- ${system:line.separator} INSERT INTO x SELECT *',
    "SELECT '${env:DATABRICKS_TOKEN}'",
    'SELECT ${spark.databricks.token}',
    'DROP TABLE ${t}',
    "SELECT 1 a://-- , secret('a','b')",
    'SELECT * FROM s3://bucket/x',
    '-- \\\nSELECT 1',
    'SELECT $$a$$',
    'SELECT 1 AS a$b',
    'SELECT "open',
    'SELECT `open',
    'SELECT 1 /* open',
    'SELECT /*+ open',
    'SELECT 1 /*+ h */',
    'SELECT 1.5INSERT INTO t',
    'SELECT\u200b1',
    'SELECT 1 \\',
    '\u0000SELECT 1',
  ])('%j', async (statement) => {
    expect(await refusal(statement)).toMatch(/^(422 \[PARSE_SYNTAX_ERROR\]|403 INSERT)/);
  });
});

describe('a mistake is told as one, with its place', () => {
  test.each([
    ['SELEC 1', "'SELEC' (line 1, column 1)"],
    ['WITH x AS (SELECT 1) SELEC', "'SELEC': SELECT, FROM, VALUES or TABLE expected (line 1, column 22)"],
    ['WITH x AS (SELECT 1) SELEC 1', "'SELEC'"],
    ['WITH x AS SELECT 1', "'SELECT': ( expected (line 1, column 11)"],
    ['WITH x AS (SELECT 1', 'at the end of the statement: ) expected'],
    ['SELECT (1 + 2', 'at the end of the statement: ) expected'],
    ['SELECT 1)', "')'"],
    ['SELECT a\nFROM t\nWHERE a =', 'at the end of the statement (line 3, column 10)'],
    ['SELECT CASE WHEN a THEN 1', 'END expected'],
    ['SHOW TABELS', "'TABELS'"],
    ['EXPLAIN SELEC 1', "'SELEC'"],
    ['SELECT a FROM t ORDER a', "'ORDER'"],
  ])('%s', async (statement, words) => {
    await expect(classify(statement)).rejects.toMatchObject({
      code: 'STATEMENT_UNREADABLE',
      sqlState: '42601',
      errorClass: 'PARSE_SYNTAX_ERROR',
      message: expect.stringContaining(words) as unknown,
    });
  });
});

/** Every way of writing `words` that the lexer must see through. */
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.replaceAll(' ', '/**/'),
  (text) => text.replaceAll(' ', ' -- x\n'),
  (text) => text.replaceAll(' ', '/* \' /* " */ ` */'),
  (text) => text.replaceAll(' ', '\u00a0'),
  (text) => text.replaceAll(/[Ss]/g, 'ſ'),
  (text) => text.replaceAll(/[Ii]/g, 'ı'),
  (text) => `/* ' */ ${text} -- '`,
  (text) => `${text};`,
];
const WRITES = [
  'INSERT INTO t SELECT 1',
  'INSERT OVERWRITE t VALUES (1)',
  'INSERT WITH SCHEMA EVOLUTION INTO t TABLE u',
  'MERGE INTO t USING x ON true WHEN MATCHED THEN DELETE',
  'UPDATE t SET a = 1',
  'UPDATE IDENTIFIER(:t) AS u SET a = 1 WHERE true',
  'DELETE FROM t',
  "DELETE FROM IDENTIFIER('t') WHERE true",
];
const SCRIPTS = [
  "MAP a USING 'sh'",
  "REDUCE a, b USING 'sh' AS c",
  "SELECT TRANSFORM (a) USING 'sh' AS (b INT) FROM t",
];
const HEADS = [
  'WITH x AS (SELECT 1)',
  'WITH x(a) (SELECT 1)',
  "WITH x AS (SELECT /*+ h('*/') */ 1)",
  'WITH RECURSIVE x(a, b) MAX RECURSION LEVEL 1 (VALUES (1, 2)), y (TABLE x)',
  "WITH IDENTIFIER('x')(a) AS ((SELECT 1))",
  'EXPLAIN',
  'EXPLAIN EXTENDED WITH x (SELECT 1)',
];
const PLACES: readonly ((script: string) => string)[] = [
  (script) => script,
  (script) => `SELECT * FROM (${script})`,
  (script) => `SELECT (${script})`,
  (script) => `SELECT 1 WHERE EXISTS (SELECT 1 UNION ${script})`,
  (script) => `WITH x AS (${script}) TABLE x`,
  (script) => `WITH x AS (WITH y (${script}) TABLE y) TABLE x`,
  (script) => `VALUES (1) EXCEPT ALL ${script}`,
  (script) => `SELECT * FROM a JOIN b ON a.x < 1e+5UNION ${script}`,
  (script) => `SELECT f(TABLE(${script}))`,
  (script) => `SELECT * FROM t WHERE a IN (${script})`,
  (script) => `FROM t ${script}`,
  (script) => `DESCRIBE QUERY ${script}`,
  (script) => `FROM t |> UNION ALL ${script}`,
];

test('no disguise and no place lets a write or a script pass', async () => {
  const writes = HEADS.flatMap((head) => WRITES.map((write) => `${head} ${write}`));
  const scripts = PLACES.flatMap((place) => SCRIPTS.map((script) => place(script)));
  const glued = ['1e+5', '1E-05D', '1.5', '`a`', "'x'", '(1)', 'a[0]'].flatMap((end) =>
    ['INSERT INTO t SELECT 1', "MAP a USING 'sh'"].map((act) => `FROM a JOIN b ON a.x = ${end}${act}`),
  );
  const passed: string[] = [];
  for (const statement of [...WRITES, ...writes, ...scripts, ...glued]) {
    for (const disguise of DISGUISES) {
      const text = disguise(statement);
      if (!/^4(03|22) /.test(await refusal(text))) passed.push(text);
    }
  }
  expect(passed).toEqual([]);
});
