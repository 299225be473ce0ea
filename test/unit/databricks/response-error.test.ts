import { expect, it } from 'vitest';
import { DatabricksError } from '../../../src/shared/databricks/errors.ts';
import { errorOfResponse } from '../../../src/shared/databricks/response-error.ts';
import { RETRY_RULES } from '../../../src/shared/databricks/retry-rules.ts';

const SECRET = 'planted-secret';
const STATUSES = [301, 400, 401, 403, 404, 408, 409, 418, 429, 499, 500, 501, 502, 503, 504, 599];
const BODIES = [
  '',
  'null',
  '[]',
  '{}',
  '{"error_code":null,"message":null}',
  '{"error_code":{"a":1},"message":["x"]}',
  `{"message":"${SECRET}"}`,
  `INTERNAL: ${SECRET}`,
  `<html><pre>${SECRET}</pre></html>`,
  '\u0000\uFFFD\uD83D',
  '{'.repeat(100_000),
  'x'.repeat(100_000),
];

it.each(STATUSES)('makes one bounded error without secrets of %i, whatever its body', (status) => {
  for (const text of BODIES) {
    const response = { status, text, header: () => text.slice(0, 20) };

    const error = errorOfResponse('runs/get', response, { nowMs: 0, secret: SECRET });

    expect(error).toBeInstanceOf(DatabricksError);
    expect(error).toMatchObject({ status, operation: 'runs/get' });
    expect(error.message.length).toBeLessThan(2_500);
    expect(`${error.message} ${error.databricksMessage} ${error.errorCode}`).not.toContain(SECRET);
    expect(RETRY_RULES.filter((rule) => rule.matches(error)).length).toBeLessThanOrEqual(3);
  }
});

it.each([
  [15, 15_000],
  [3_600, 60_000],
  [0, 1_000],
])('waits for a full window of creations of %i s no longer than that, nor than a minute', (seconds, retryAfterMs) => {
  const message = `There were already 3 jobs created in past ${seconds} seconds, exceeding rate limit: 3 job creations.`;
  const text = JSON.stringify({ error_code: 'INVALID_STATE', message });

  const error = errorOfResponse(
    'runs/submit',
    { status: 400, text, header: () => undefined },
    { nowMs: 0, secret: '' },
  );

  expect(error).toMatchObject({ name: 'DatabricksRateLimitedError', retryAfterMs });
});

it.each([
  'Invalid spark version RPC token bucket limit has been exceeded.',
  'RPC token bucket limit has been exceeded',
  'Unexpected error ClusterNotReadyException. Please try again later or try a faster operation.',
  'Unknown key "There were already 3 jobs created in past 60 seconds, exceeding rate limit: 3".',
])('takes no text of a 400 for a rate limit, nor for trouble that passes: %s', (message) => {
  for (const errorCode of ['INVALID_PARAMETER_VALUE', 'BAD_REQUEST', 'INVALID_STATE']) {
    const text = JSON.stringify({ error_code: errorCode, message });
    const response = { status: 400, text, header: () => undefined };

    const error = errorOfResponse('runs/submit', response, { nowMs: 0, secret: '' });

    expect(error.name).toBe('DatabricksRejectedError');
    expect(RETRY_RULES.filter((rule) => rule.matches(error))).toEqual([]);
  }
});
