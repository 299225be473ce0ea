import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const check = (...files: string[]) =>
  spawnSync(process.execPath, ['scripts/check-sql-guard.ts', ...files], { encoding: 'utf8' });

test('counts what the guard makes of a file of statements', () => {
  const { status, stdout } = check('test/fixtures/sql-guard/statements.jsonl');
  expect(status).toBe(0);
  expect(stdout).toContain(
    'A query that does not pass, unknown-table-function: refused: reaches out (NO_KNOWN_FUNCTION()): SELECT * FROM no_known_function(1)',
  );
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      '2 command → refused: acts',
      '1 command that reads → read',
      '1 command that reads → refused: acts',
      '1 error → refused: unreadable',
      '2 query → read',
      '1 query → refused: reaches out',
      'Refused by a documented rule: 1 of 3 queries',
      '  1 unknown-table-function: calls a table function that is not known',
      'Passed: 2 of 3 queries, 66.67 %',
      'Passed of those that no rule refuses: 2 of 2, 100.00 %',
      'Acting statements that pass: 0',
    ]),
  );
});

test('ends with 1 and names the statement where one that acts passes', () => {
  const { status, stdout } = check('test/fixtures/sql-guard/wrong-verdict.jsonl');
  expect(status).toBe(1);
  expect(stdout).toContain('Acts and passes: read (SELECT): SELECT a FROM t');
  expect(stdout).toContain('A query that does not pass, by no rule: refused: unreadable');
  expect(stdout).toContain('Passed of those that no rule refuses: 0 of 1, 0.00 %');
  expect(stdout).toContain('Acting statements that pass: 1');
  expect(check().status).toBe(2);
});
