import { describe, expect, test } from 'vitest';
import { classify, guard } from '../../../src/shared/sql/guard/statement-guard.ts';

describe('a statement that reads passes', () => {
  test.each([
    ['SELECT * FROM t', 'SELECT'],
    ['select 1;', 'SELECT'],
    ['/* why */ -- and how\n SELECT 1 -- ; not a statement', 'SELECT'],
    ["SELECT ';', \"a;b\", `c;d`, r'e\\' FROM t", 'SELECT'],
    ['((SELECT 1)) UNION ALL (SELECT 2)', 'SELECT'],
    ['WITH a AS (SELECT 1), insert AS (SELECT 2) SELECT * FROM a, insert', 'SELECT'],
    ['FROM t SELECT *', 'SELECT'],
    ['SELECT * FROM VALUES (1) AS t(a) |> WHERE a = 1', 'SELECT'],
    ['SELECT a:b.c FROM t WHERE x = :p QUALIFY row_number() OVER (ORDER BY a) = 1', 'SELECT'],
    ['SELECT transform(a, x -> x + 1), replace(b, 1, 2), `update` FROM t', 'SELECT'],
    ["SELECT * FROM t WHERE note = 'x; DROP TABLE y'", 'SELECT'],
    ['VALUES (1, 2)', 'VALUES'],
    ['TABLE t', 'TABLE'],
    ['SHOW TABLES IN default', 'SHOW'],
    ['DESC HISTORY t', 'DESCRIBE'],
    ['DESCRIBE QUERY SELECT 1', 'DESCRIBE'],
    ['EXPLAIN EXTENDED SELECT 1', 'EXPLAIN'],
  ])('%s', async (statement, name) => {
    expect(await guard(statement)).toMatchObject({ name, isRead: true, isPlainSelect: name === 'SELECT' });
  });
});

describe('a statement that does more is refused by its class', () => {
  test.each([
    ['DROP TABLE t', 'DROP'],
    ['INSERT INTO t SELECT 1', 'INSERT'],
    ['WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a', 'INSERT'],
    ['FROM s INSERT INTO t SELECT *', 'INSERT'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'DELETE'],
    ['WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', 'DELETE'],
    ['SELECT * FROM (INSERT INTO t VALUES (1))', 'INSERT'],
    ['MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE', 'MERGE'],
    ["EXECUTE IMMEDIATE 'DROP TABLE t'", 'EXECUTE'],
    ['BEGIN DROP TABLE t; END', 'BEGIN'],
    ['CALL p()', 'CALL'],
    ['SET x = 1', 'SET'],
    ['USE default', 'USE'],
    ['CREATE TEMP VIEW v AS SELECT 1', 'CREATE'],
    ["COPY INTO t FROM '/a' FILEFORMAT = CSV", 'COPY'],
    ['OPTIMIZE t', 'OPTIMIZE'],
    ['GRANT SELECT ON t TO `u`', 'GRANT'],
    ["SELECT TRANSFORM (a) USING 'rm -rf /' FROM t", 'TRANSFORM'],
    ["SELECT http_request(conn => 'c', method => 'POST')", 'SELECT with HTTP_REQUEST()'],
    ["SELECT `secret` ('scope', 'key')", 'SELECT with SECRET()'],
    ["SELECT java_method('java.lang.System', 'exit', 1)", 'SELECT with JAVA_METHOD()'],
  ])('%s', async (statement, name) => {
    await expect(guard(statement)).rejects.toMatchObject({
      code: 'STATEMENT_NOT_ALLOWED',
      message: expect.stringMatching(new RegExp(`^${RegExp.escape(name)} statements .*sql\\.read_only`)) as unknown,
    });
  });

  test('unless policy allows the class', async () => {
    expect(await guard('DROP TABLE t', ['DROP'])).toMatchObject({ name: 'DROP', isRead: false, isPlainSelect: false });
    expect(await guard('OPTIMIZE t', ['*'])).toMatchObject({ name: 'OPTIMIZE' });
    await expect(guard('DROP TABLE t', ['INSERT'])).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  });
});

describe('what could never be one statement is refused as such', () => {
  test.each([
    ['SELECT 1; DROP TABLE t', 'MULTIPLE_STATEMENTS'],
    ['SELECT 1; SELECT 2', 'MULTIPLE_STATEMENTS'],
    ["SELECT 'it''s'; SELECT 2", 'MULTIPLE_STATEMENTS'],
    ["SELECT 'a\\'; SELECT 2 --'; SELECT 3", 'MULTIPLE_STATEMENTS'],
    ['-- nothing', 'STATEMENT_FAILED'],
    ['SELEC 1', 'STATEMENT_UNREADABLE'],
    ["SELECT 'open", 'STATEMENT_UNREADABLE'],
    ['/* /* */ SELECT 1', 'STATEMENT_UNREADABLE'],
    ['-- \\\nSELECT 1 --\nDROP TABLE t', 'STATEMENT_UNREADABLE'],
    ['SELECT "a\\\\"; DROP TABLE t; --"', 'MULTIPLE_STATEMENTS'],
  ])('%s', async (statement, code) => {
    await expect(classify(statement)).rejects.toMatchObject({ code });
  });

  test('also where it is made to exhaust the reader', async () => {
    const nested = `SELECT ${'('.repeat(1e4)}1${')'.repeat(1e4)}`;
    const manyTokens = `SELECT 1${',1'.repeat(6e5)}`;
    for (const statement of [nested, manyTokens, `SELECT '${"''".repeat(4e5)}`, '/*'.repeat(1e5)]) {
      await expect(classify(statement)).rejects.toMatchObject({ code: 'STATEMENT_UNREADABLE' });
    }
  });
});

describe('a long statement', () => {
  const ofRows = (length: number) =>
    `SELECT * FROM VALUES ${Array.from({ length }, (_, id) => `(${id}, 'name ${id}')`).join(', ')} AS t(id, name)`;
  const long = ofRows(50_000);

  test('is a read like a short one', async () => {
    expect(await classify(long)).toMatchObject({ name: 'SELECT', isRead: true, isPlainSelect: true });
    await expect(guard(`INSERT INTO t ${ofRows(5_000)}`)).rejects.toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
    await expect(classify(`${ofRows(5_000)} WHERE (`)).rejects.toMatchObject({
      code: 'STATEMENT_UNREADABLE',
      sqlState: '42601',
    });
  });

  test('is not read where too much waits to be read already, and is afterwards', async () => {
    const statement = `SELECT '${'x'.repeat(9_000_000)}'`;

    const results = await Promise.allSettled(Array.from({ length: 5 }, () => classify(statement)));

    expect(results.map(({ status }) => status)).toEqual([...Array<string>(4).fill('fulfilled'), 'rejected']);
    expect(results[4]).toMatchObject({ reason: { code: 'GUARD_BUSY', retryAfterMs: 5_000 } });
    await expect(classify(statement)).resolves.toMatchObject({ name: 'SELECT' });
  });

  test('does not hold the process while it is read', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await classify(`${long} WHERE id > 1`);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});
