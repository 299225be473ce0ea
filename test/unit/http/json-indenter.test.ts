import { expect, it } from 'vitest';
import { withFinishedBody } from '../../../src/shared/http/finished-body.ts';
import { JsonIndenter } from '../../../src/shared/http/json-indenter.ts';

const VALUE = {
  text: 'a "quoted" \\ {not: [a], structure} ü 漢',
  empty: {},
  none: [],
  list: [1, [true, null], { x: [] }],
  nested: { deep: { deeper: '' } },
};

it('writes what JSON.stringify writes for people, however the bytes come', () => {
  const bytes = Buffer.from(JSON.stringify(VALUE));

  expect(new JsonIndenter().push(bytes)).toBe(JSON.stringify(VALUE, null, 2));
  const indenter = new JsonIndenter();
  expect([...bytes].map((byte) => indenter.push(Uint8Array.of(byte))).join('')).toBe(JSON.stringify(VALUE, null, 2));
});

it('keeps the digits of numbers that JavaScript cannot hold', () => {
  expect(new JsonIndenter().push(Buffer.from('{"id":12345678901234567890.10}'))).toBe(
    '{\n  "id": 12345678901234567890.10\n}',
  );
});

it('ends JSON with one newline, and leaves other bodies as they are', () => {
  expect(withFinishedBody({ body: '{"a":1}' }, 'application/json', false)).toBe('{"a":1}\n');
  expect(withFinishedBody({ body: '{"a":1}' }, 'application/problem+json', true)).toBe('{\n  "a": 1\n}\n');
  expect(withFinishedBody({ body: Buffer.from('{}\n') }, 'application/json', false)).toEqual(Buffer.from('{}\n'));
  expect(withFinishedBody({ body: '{"a":1}' }, 'application/x-ndjson', true)).toBe('{"a":1}');
  expect(withFinishedBody({}, null, true)).toBeUndefined();
});

it('indents a body that is streamed', async () => {
  const body = ReadableStream.from([Buffer.from('{"a":'), Buffer.from('[1]}')]);
  const pretty = withFinishedBody({ body }, 'application/json', true) as ReadableStream<Uint8Array>;

  expect(await new Response(pretty).text()).toBe('{\n  "a": [\n    1\n  ]\n}\n');
});
