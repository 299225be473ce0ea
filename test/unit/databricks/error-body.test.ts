import { expect, it } from 'vitest';
import { parseErrorBody } from '../../../src/shared/databricks/error-body.ts';

it.each([
  ['{"error_code":"INVALID_STATE","message":"m"}', { errorCode: 'INVALID_STATE', message: 'm', isGenuine: true }],
  ['{"error_code":403,"message":"Invalid access token."}', { message: 'Invalid access token.', isGenuine: true }],
  ['{"error_code":"403","message":"m"}', { message: 'm', isGenuine: true }],
  ['{"error":"Old API"}', { message: 'Old API', isGenuine: false }],
  ['{"error":"invalid_client","error_description":"Bad secret"}', { message: 'Bad secret', isGenuine: false }],
  ['{"detail":"scim","status":"404"}', { message: 'scim', isGenuine: false }],
  ['{"message":{"nested":1},"error_code":["x"]}', { message: '', isGenuine: false }],
  ['RESOURCE_EXHAUSTED: slow down', { errorCode: 'RESOURCE_EXHAUSTED', message: 'slow down', isGenuine: false }],
  ['upstream connect error', { message: 'upstream connect error', isGenuine: false }],
  ['<html><body><pre>No route</pre></body></html>', { message: 'No route', isGenuine: false }],
  ['<html><head></head></html>', { message: '', isGenuine: false }],
  ['[1,2]', { message: '[1,2]', isGenuine: false }],
  ['', { message: '', isGenuine: false }],
])('reads %s', (body, expected) => {
  expect(parseErrorBody(body)).toEqual(expected);
});

it('bounds what it reads', () => {
  const { errorCode, message } = parseErrorBody(`${'A'.repeat(5_000)}: ${'x'.repeat(100_000)}`);

  expect(errorCode?.length).toBeLessThanOrEqual(100);
  expect(message.length).toBeLessThanOrEqual(2_001);
});

it('survives any body', () => {
  const random = seeded(42);
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '<pre>',
    '</pre>',
    '<',
    '\\',
    'error_code',
    'message',
    '"message":',
    '1e999',
    '\u0000',
    '😀',
    '\uD800',
    'A_CODE: ',
    ' ',
  ];

  for (let round = 0; round < 5_000; round++) {
    const length = Math.floor(random() * 40);
    const body = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('');
    const { message, errorCode } = parseErrorBody(body);
    expect(typeof message).toBe('string');
    expect(errorCode ?? 'A').toMatch(/^[A-Z]/);
  }
  expect(parseErrorBody('['.repeat(1_000_000)).message.length).toBeLessThanOrEqual(2_001);
});

/** The generator mulberry32: the same bodies in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
