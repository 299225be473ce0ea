import { describe, expect, test } from 'vitest';
import { errorWords } from '../../../src/shared/sql/error-words.ts';

const HIVE = 'org.apache.hive.service.cli.HiveSQLException: Error running query: ';

describe('the words of an error, without what only the server needs', () => {
  test.each([
    [
      'Java names before them and the plan after them',
      `${HIVE}[UNRESOLVED_COLUMN.WITH_SUGGESTION] org.apache.spark.sql.AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column \`nocol\` cannot be resolved. SQLSTATE: 42703; line 1 pos 7;\n'Project ['nocol]\n+- SubqueryAlias spark_catalog.default.h7t\n   +- Relation spark_catalog.default.h7t[x#1] parquet\n`,
      '[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `nocol` cannot be resolved. SQLSTATE: 42703; line 1 pos 7',
    ],
    [
      "Databricks' form: the words first, then a plan",
      "[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. SQLSTATE: 42P01; line 1 pos 14;\n'Project [*]\n+- 'UnresolvedRelation [x], [], false\n",
      '[TABLE_OR_VIEW_NOT_FOUND] The table or view `x` cannot be found. SQLSTATE: 42P01; line 1 pos 14',
    ],
    ['a plan of one line', "[X] Words.;\n'UnresolvedRelation [x], [], false", '[X] Words.'],
    ['a resolved plan', '[X] Words.;\nAggregate [a#1], [count(1)]\n+- Range (0, 3)', '[X] Words.'],
    ['no class', `${HIVE}org.apache.spark.SparkException: Words.`, 'Words.'],
    ['a stack', '[X] Words.\n\tat org.apache.spark.A.b(C.scala:1)\n\tat more', '[X] Words.'],
    ['a cause', '[X] Words.\nCaused by: java.lang.IllegalStateException: y\n\t... 3 more', '[X] Words.'],
    [
      'an exception in the middle',
      'Job aborted due to stage failure: Lost task 0.3 (TID 5): org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero.',
      'Job aborted due to stage failure: Lost task 0.3 (TID 5): [DIVIDE_BY_ZERO] Division by zero.',
    ],
    ['an exception without a message', '[X] Failed by java.lang.Exception', '[X] Failed by'],
    ['a titled plan', '[X] Words.\n== Physical Plan ==\n*(1) Project', '[X] Words.'],
  ])('%s', (_name, text, expected) => {
    expect(errorWords(text)).toBe(expected);
  });

  test.each([
    ['a marker among the words', "[CAST_INVALID_INPUT] The value 'see [ABC]' cannot be cast. SQLSTATE: 22018"],
    [
      'what the parser marks',
      '[PARSE_SYNTAX_ERROR] Syntax error at x. (line 1, pos 7)\n\n== SQL ==\nSELECT x;\n-------^^^',
    ],
    ['a list of lines', '[X] Not allowed;\nDetails: a\nDetails: b'],
    ['a name of the caller', '[DATA_SOURCE_NOT_FOUND] Failed to find the data source: org.acme.Source. Check it.'],
    ['text of the caller', "[USER_RAISED_EXCEPTION] Invalid SessionHandle; 'Project [x]"],
  ])('loses nothing else: %s', (_name, text) => {
    expect(errorWords(text)).toBe(text);
  });

  test('in time that grows with the text only, and at most 4,000 characters', () => {
    for (const unit of [
      '[A] ',
      'a.',
      'a.B: ',
      ';\n',
      ";\n'",
      '\n ',
      '\n at ',
      '[A',
      'a.B: [A] ',
      'Error running query: ',
    ]) {
      expect(errorWords(unit.repeat(2_000_000)).length).toBeLessThanOrEqual(4_000);
    }
  });
});
