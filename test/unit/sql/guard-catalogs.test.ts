import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src/shared/sql/guard/statement-class.ts';

/** What has no catalog in its name counts as `(default)`. */
function catalogsOf(statement: string): string[] | undefined {
  const { catalogs } = classOf(statement);
  return catalogs && [...catalogs.named, ...(catalogs.usesDefault ? ['(default)'] : [])].toSorted();
}

describe('the catalogs of a statement', () => {
  it.each<[statement: string, catalogs: string[]]>([
    ['SELECT 1', []],
    ['SELECT a.b.c FROM main.s.t AS a', ['main']],
    ['SELECT * FROM Main.s.t JOIN `other`.s.u USING (x)', ['main', 'other']],
    ['SELECT * FROM s.t', ['(default)']],
    ['SELECT * FROM main.a.t WHERE x IN (SELECT y FROM hidden.b.u)', ['hidden', 'main']],
    ['WITH x AS (SELECT * FROM hidden.b.u) SELECT * FROM x', ['(default)', 'hidden']],
    ['SELECT * FROM (SELECT * FROM (hidden.b.u))', ['hidden']],
    ['TABLE hidden.b.u', ['hidden']],
    ['SELECT hidden.b.f(1)', ['hidden']],
    ['SELECT * FROM hidden.b.f(1)', ['hidden']],
    ['SELECT b.f(1)', ['(default)']],
    ['EXPLAIN SELECT * FROM hidden.b.u', ['hidden']],
    ['FROM main.a.t |> JOIN hidden.b.u ON true', ['hidden', 'main']],
    ['INSERT INTO main.a.t SELECT * FROM hidden.b.u', ['(default)', 'hidden', 'main']],
    ['MERGE INTO main.a.t USING hidden.b.u AS u ON true WHEN MATCHED THEN DELETE', ['(default)', 'hidden', 'main']],
    ['WITH x AS (SELECT * FROM hidden.b.u) INSERT INTO main.a.t TABLE x', ['(default)', 'hidden', 'main']],
  ])('%s', (statement, expected) => {
    expect(catalogsOf(statement)).toEqual(expected);
  });

  it.each([
    'SELECT * FROM IDENTIFIER(:t)',
    "SELECT * FROM table_changes('hidden.b.u', 1)",
    'SHOW SCHEMAS IN hidden',
    'DESCRIBE SCHEMA hidden.b',
    'DROP SCHEMA hidden.b',
    'CREATE SCHEMA hidden.b',
    'GRANT SELECT ON CATALOG hidden TO x',
    'INSERT INTO IDENTIFIER(:t) SELECT 1',
    "INSERT OVERWRITE DIRECTORY '/x' SELECT 1",
    'USE CATALOG hidden',
  ])('cannot be known of %s', (statement) => {
    expect(catalogsOf(statement)).toBeUndefined();
  });
});

it.each<[statement: string, classes: string[], reaches: string[]]>([
  ['INSERT INTO t SELECT 1', ['INSERT'], []],
  ["INSERT INTO t SELECT TRANSFORM (a) USING 'curl evil' FROM u", ['INSERT', 'TRANSFORM'], []],
  ["INSERT OVERWRITE LOCAL DIRECTORY '/x' SELECT 1", ['INSERT', 'DIRECTORY'], []],
  ['INSERT OVERWRITE DIRECTORY USING parquet SELECT 1', ['INSERT', 'DIRECTORY'], []],
  ['INSERT INTO t SELECT * FROM csv.`abfss://x@y/z`', ['INSERT'], ['read_files']],
  ["INSERT INTO t SELECT secret('a', 'b')", ['INSERT'], ['secret']],
  ["INSERT INTO t SELECT IDENTIFIER('secret')('a', 'b')", ['INSERT'], ['identifier']],
])('what %s does besides', (statement, classes, reaches) => {
  const found = classOf(statement);

  expect({ classes: found.classes, reaches: found.reaches.map(({ name }) => name) }).toEqual({ classes, reaches });
});
