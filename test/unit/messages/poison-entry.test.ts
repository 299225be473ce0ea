import { expect, it } from 'vitest';
import { poisonEntry } from '../../../src/shared/messages/poison-entry.ts';

const refusal = {
  code: 'INVALID_BODY',
  reason: 'The body does not fit.',
  errors: [{ path: '/tasks', message: 'Wrong.' }],
};

it('holds the body as JSON, digits kept', () => {
  expect(poisonEntry(refusal, 'message-1', '{"job":9007199254740993}')).toBe(
    '{"reason":"The body does not fit.","code":"INVALID_BODY","message_id":"message-1",' +
      '"errors":[{"path":"/tasks","message":"Wrong."}],"body":{"job":9007199254740993}}',
  );
});

it('holds what is not JSON as text', () => {
  expect(JSON.parse(poisonEntry(refusal, 'message-1', 'no JSON'))).toMatchObject({ body: 'no JSON' });
});

it.each([
  ['a body of the largest size', 'x'.repeat(65_536), refusal],
  ['a body that grows when it is written', '\u0001'.repeat(65_536), refusal],
  [
    'more errors than fit',
    'x'.repeat(65_536),
    {
      ...refusal,
      errors: Array.from({ length: 100 }, () => ({ path: `/${'\u0001'.repeat(900)}`, message: '\u0001'.repeat(900) })),
    },
  ],
])('fits into a message with %s, and says that it is cut', (_, text, given) => {
  const entry = poisonEntry(given, 'message-1', text);
  expect(Buffer.byteLength(entry)).toBeLessThanOrEqual(65_536);
  const { body, body_truncated: isCut, reason } = JSON.parse(entry) as Record<string, unknown>;
  expect({ isCut, reason }).toEqual({ isCut: true, reason: refusal.reason });
  expect(text.startsWith(String(body))).toBe(true);
});
