import { describe, expect, test } from 'vitest';
import { toJsonSchemas } from '../../../src/shared/http/openapi/to-json-schemas.ts';
import { formatOf } from '../../../src/shared/sql/formats.ts';
import { resolveLimits } from '../../../src/shared/sql/limits.ts';
import { typedParameter } from '../../../src/shared/sql/parameters.ts';
import { sqlRequestSchema } from '../../../src/shared/sql/sql-request.ts';

describe('Accept', () => {
  test.each([
    [null, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['text/csv', 'csv'],
    ['application/x-ndjson, application/json;q=0.5', 'ndjson'],
    ['application/json;q=0.5, Application/Vnd.Apache.Arrow.Stream', 'arrow'],
    ['text/html, */*;q=0.1', 'json'],
    ['text/html', undefined],
    ['application/json;q=0', undefined],
    ['application/json;q=0, */*', 'ndjson'],
    ['text/*, application/json;q=0.9', 'csv'],
    ['*/*;q=0', undefined],
    ['application/*;q=0, */*', 'csv'],
    ['text/csv;q=0.5, text/*;q=0.8, application/json;q=0.6', 'json'],
    ['text/csv;q=1e3, application/json', 'json'],
    ['text/csv;q=high', undefined],
  ])('%s chooses %s', (accept, format) => {
    expect(formatOf(accept)).toBe(format);
  });
});

describe('limits', () => {
  const none = { max: Infinity, givenByCaller: false };

  test('have defaults for JSON and none for streams', () => {
    expect(resolveLimits({}, 'json', {})).toEqual({
      limits: {
        timeoutMs: 120_000,
        rows: { max: 10_000, givenByCaller: false },
        bytes: { max: 64 * 1024 * 1024, givenByCaller: false },
      },
    });
    expect(resolveLimits({}, 'csv', {})).toEqual({ limits: { timeoutMs: 120_000, rows: none, bytes: none } });
  });

  test('are capped by the settings, which nobody asked for', () => {
    expect(resolveLimits({}, 'arrow', { maxRows: 5, maxBytes: 6, maxSeconds: 7 })).toEqual({
      limits: { timeoutMs: 7_000, rows: { max: 5, givenByCaller: false }, bytes: { max: 6, givenByCaller: false } },
    });
  });

  test('beyond what may be asked for are told by field', () => {
    const asked = { timeoutSeconds: 221, rowLimit: 11, byteLimit: 12 };
    const { problems } = resolveLimits(asked, 'json', { maxRows: 10, maxBytes: 12 }) as {
      problems: { field: string }[];
    };
    expect(problems.map(({ field }) => field)).toEqual(['timeout_seconds', 'row_limit']);
    expect(resolveLimits({ timeoutSeconds: 3600 }, 'ndjson', {})).toMatchObject({ limits: { timeoutMs: 3_600_000 } });
  });
});

describe('parameters', () => {
  test('get the narrowest type that holds all their digits', () => {
    const raw = (text: string) => JSON.rawJSON(text);
    const typeOf = (value: unknown) => typedParameter({ value } as Parameters<typeof typedParameter>[0]).type;
    expect(
      [
        1,
        -2_147_483_648,
        2_147_483_648,
        raw('9223372036854775807'),
        raw('9223372036854775808'),
        1.5,
        raw('0.12345678901234567891'),
        true,
        'x',
        null,
      ].map(typeOf),
    ).toEqual([
      'INT',
      'INT',
      'BIGINT',
      'BIGINT',
      'DECIMAL(19,0)',
      'DOUBLE',
      'DECIMAL(20,20)',
      'BOOLEAN',
      'STRING',
      'VOID',
    ]);
    expect(typedParameter({ name: 'd', value: '1.50', type: 'decimal(9, 2)' })).toEqual({
      name: 'd',
      value: '1.50',
      type: 'DECIMAL(9,2)',
    });
  });

  test('get a type whatever their length, in time proportional to it', () => {
    const typeOf = (text: string) => typedParameter({ value: JSON.rawJSON(text) }).type;
    expect(typeOf('9'.repeat(38))).toBe('DECIMAL(38,0)');
    expect(typeOf('9'.repeat(5_000_000))).toBe('DOUBLE');
    expect(typeOf(`0.${'0'.repeat(5_000_000)}1`)).toBe('DOUBLE');
  });

  test('have any name that a statement can give in backticks', () => {
    const parse = (name: unknown) =>
      sqlRequestSchema.safeParse({ statement: 'SELECT 1', parameters: [{ name, value: 1 }] }).success;
    for (const name of ['first-name', 'first name', '1st', 'größe', 'a.b', null]) expect(parse(name)).toBe(true);
    for (const name of ['', 'a`b', "a'b", 'a\nb', 'x'.repeat(256)]) expect(parse(name)).toBe(false);
  });

  test('are named or positional, never both, and never the same name twice', () => {
    const parse = (...parameters: object[]) =>
      sqlRequestSchema.safeParse({ statement: 'SELECT 1', parameters }).success;
    expect(parse({ name: 'a', value: 1 }, { name: 'b', value: null })).toBe(true);
    expect(parse({ value: 1 }, { value: 'x', type: 'DATE' })).toBe(true);
    expect(parse({ name: 'a', value: 1 }, { value: 2 })).toBe(false);
    expect(parse({ name: 'a', value: 1 }, { name: 'a', value: 2 })).toBe(false);
    expect(parse({ name: 'a; DROP', value: 1 })).toBe(false);
    expect(parse({ value: [1] })).toBe(false);
    expect(parse({ value: 1, type: 'INT) OR (1=1' })).toBe(false);
  });
});

test('a time limit is long enough for a response, in the schema that the documents show too', () => {
  const isTaken = (seconds: unknown) =>
    sqlRequestSchema.safeParse({ statement: 'SELECT 1', timeout_seconds: seconds }).success;
  expect([0.1, '0.5', 1, 220].map((seconds) => isTaken(seconds))).toEqual([true, true, true, true]);
  expect([5e-324, 0.09, 0, '0', -1].map((seconds) => isTaken(seconds))).toEqual([false, false, false, false, false]);
  expect(toJsonSchemas({ SqlRequest: sqlRequestSchema }, () => true)).toMatchObject({
    SqlRequest: { properties: { timeout_seconds: { minimum: 0.1 } } },
  });
});

test('null is absent, and numbers may be text', () => {
  const absent = { parameters: null, catalog: null, schema: null, workspace: null, row_limit: null };
  const request = { statement: 'SELECT 1', ...absent, byte_limit: '1000', timeout_seconds: '1.5' };
  const parsed = sqlRequestSchema.parse(request);
  expect(JSON.parse(JSON.stringify(parsed))).toEqual({
    statement: 'SELECT 1',
    parameters: [],
    byte_limit: 1000,
    timeout_seconds: 1.5,
  });
  expect(sqlRequestSchema.safeParse({ statement: 'SELECT 1', row_limit: '1.5' }).success).toBe(false);
});
