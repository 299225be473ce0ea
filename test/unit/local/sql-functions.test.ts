import { describe, expect, it } from 'vitest';
import { array, types, type ColumnType } from '../../../local/databricks/sql/types/column-type.ts';
import type { Expression, Result } from '../../../local/databricks/sql/dialect/analysis/expression.ts';
import { withOperands } from '../../../local/databricks/sql/dialect/analysis/operand.ts';
import { applyFunction } from '../../../local/databricks/sql/dialect/functions/index.ts';
import { javaPattern, javaReplacement } from '../../../local/databricks/sql/dialect/functions/java-pattern.ts';

const column = (type: ColumnType, name = 'x'): Expression => ({ sql: `"${name}"`, type, nullable: true, name });
const text = (value: string): Expression => ({
  sql: `'${value}'`,
  type: types.string,
  nullable: false,
  name: value,
  constant: value,
});

describe('a call of a function', () => {
  it('has the type, the column name and the SQL of its entry', () => {
    const result: Result & { name: string } = applyFunction('SQRT', [column(types.int)]);
    expect(result).toMatchObject({ type: types.double, name: 'SQRT(x)', nullable: true });
    expect(result.sql).toContain('sqrt');
  });

  it('casts arguments that Databricks casts', () => {
    expect(applyFunction('upper', [column(types.int)]).type).toEqual(types.string);
    expect(applyFunction('sum', [column(types.string)]).type).toEqual(types.double);
  });

  it.each([
    [
      'one that Databricks has and the local warehouse does not',
      'xxhash64',
      [column(types.int)],
      '0A000',
      'The function xxhash64 is not in the local warehouse.',
    ],
    ['one that only DuckDB has', 'list_sort', [column(types.int)], '42883', 'Cannot resolve routine `list_sort`'],
    [
      'too few arguments',
      'replace',
      [column(types.string)],
      '42605',
      'requires [2, 3] parameters but the actual number is 1',
    ],
    [
      'an argument that is never cast so',
      'upper',
      [column(array(types.int))],
      '42K09',
      'requires the "STRING" type, however "x" has the type "ARRAY<INT>"',
    ],
    [
      'an argument whose cast is not known',
      'repeat',
      [column(types.string), column(types.double)],
      '0A000',
      'The function repeat(string, double)',
    ],
    [
      'a pattern that is no literal',
      'rlike',
      [column(types.string), column(types.string, 'p')],
      '0A000',
      'The function rlike(string, string)',
    ],
    ['a window function without a window', 'rank', [], '42601', 'must have an OVER clause'],
  ])('refuses %s', (_what, name, args, sqlState, message) => {
    expect(() => applyFunction(name, args)).toThrow(
      expect.objectContaining({ sqlState, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  it('refuses modifiers that a function does not take', () => {
    expect(() => applyFunction('upper', [column(types.string)], { distinct: true })).toThrow(
      'The function upper with DISTINCT is not in the local warehouse',
    );
    expect(() => applyFunction('max_by', [column(types.int), column(types.int)], { distinct: true })).toThrow(
      'with DISTINCT',
    );
  });

  it('puts modifiers where the aggregate is', () => {
    const { sql, name } = applyFunction('sum', [column(types.int)], { distinct: true, filter: 'FILTER (WHERE y)' });
    expect(sql).toBe('spark_whole_sum(sum(DISTINCT "x") FILTER (WHERE y))');
    expect(name).toBe('sum(DISTINCT x)');
  });

  it('computes an argument once, outside of its own lambdas', () => {
    const { sql } = applyFunction('array_contains', [column(array(types.int), 'e'), column(types.int, 'v')]);
    expect(sql).toMatch(/^CASE WHEN "e" IS NULL/);
    expect(applyFunction('array_remove', [column(array(types.int), 'e'), column(types.int, 'v')]).sql).toMatch(
      /^list_transform\(\[struct_pack\(a0 := "e", a1 := "v"\)\], lambda v: /,
    );
    expect(withOperands('f(x)', '2', (left, right) => `${left} + ${right}`)).toBe(
      'list_transform([struct_pack(l := f(x), r := 2)], lambda v: v.l + v.r)[1]',
    );
  });
});

describe('a regular expression of Java', () => {
  it.each([
    ['a.c', String.raw`a[^\n\r\x{85}\x{2028}\x{2029}]c`],
    [String.raw`(\d+)-(?:x|y)*?`, '([0-9]+)\\-(?:x|y)*?'],
    [String.raw`[\w.-]+@`, String.raw`[a-zA-Z0-9_\.\-]+\@`],
    [String.raw`^\s{2,3}$`, String.raw`\A[\t\n\x0B\f\r ]{2,3}\z`],
    ['(?i)ab', '(?i)ab'],
    [String.raw`\u00e9\x41`, String.raw`\x{00e9}\x{41}`],
  ])('is read: %s', (pattern, re2) => {
    expect(javaPattern(pattern).re2).toBe(re2);
  });

  it.each([
    '(?=a)',
    '(?<!a)b',
    String.raw`(a)\1`,
    'a++',
    '[a&&b]',
    '[a[b]]',
    String.raw`\p{L}`,
    String.raw`\Qa\E`,
    'a{',
    '(',
    'a{2000}',
    'a(?i)b',
  ])('is refused: %s', (pattern) => {
    expect(() => javaPattern(pattern)).toThrow('is not in the local warehouse');
  });

  it('has replacements with groups', () => {
    expect(javaReplacement(String.raw`$2, \$1 \\ $1`, 2)).toBe(String.raw`\2, $1 \\ \1`);
    expect(() => javaReplacement('$3', 2)).toThrow('is not in the local warehouse');
  });

  it('is known by its groups, and by whether it matches nothing', () => {
    expect(javaPattern('(a)(?:b)(?<c>d)')).toMatchObject({ groups: 2, matchesEmpty: false });
    expect(javaPattern('a*|b')).toMatchObject({ groups: 0, matchesEmpty: true });
  });

  it('keeps letters of a text that is searched', () => {
    expect(applyFunction('rlike', [column(types.string), text('ab')]).sql).toContain("'ab'");
  });
});
