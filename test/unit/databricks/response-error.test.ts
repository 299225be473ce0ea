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
