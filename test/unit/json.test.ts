import { expect, it } from 'vitest';
import {
  canonicalJson,
  idText,
  JsonDepthError,
  JsonSyntaxError,
  parseJson,
  stringifyJson,
} from '../../src/shared/json.ts';

it.each([
  '9007199254740993',
  '[833780805664346123,-9223372036854775808]',
  '{"a":0.1234567890123456789,"b":1e400,"c":12345678901234567890.5}',
])('keeps every digit of %s', (text) => {
  expect(stringifyJson(parseJson(text))).toBe(text);
});

it.each([
  ['1', 1],
  ['1.50', 1.5],
  ['1e3', 1000],
  ['0.1', 0.1],
  ['-0.25e-2', -0.0025],
  ['100000000000000000000', 1e20],
  ['0e99999999999', 0],
])('gives a plain number for %s', (text, value) => {
  expect(parseJson(text)).toBe(value);
});

it('gives back strings that look like numbers as they are', () => {
  expect(parseJson('{"a":"12345678901234567890","b":"1e400"}')).toEqual({ a: '12345678901234567890', b: '1e400' });
});

it('refuses nesting beyond the bound without recursing', () => {
  const deep = '['.repeat(1_000_000);

  expect(() => parseJson(deep)).toThrow(JsonDepthError);
  expect(() => parseJson('[[[1]]]', { maxDepth: 2 })).toThrow(JsonDepthError);
  expect(parseJson('[[{"a":"[[[[\\"[["}]]', { maxDepth: 3 })).toEqual([[{ a: '[[[["[[' }]]);
});

it.each(['', '{', '{"a":', 'nul', '"\\', ']', '1 2'])('refuses %j without quoting it', (text) => {
  expect(() => parseJson(text)).toThrow(JsonSyntaxError);
});

it('never quotes the text it refuses', () => {
  const refuse = () => parseJson('{"token": dapi-secret}');

  expect(refuse).toThrow(/^The text is not valid JSON\.$/);
});

it('writes one canonical text whatever the order of keys', () => {
  const left = parseJson('{"b":[{"y":1,"x":12345678901234567890}],"a":null,"10":1,"9":2}');
  const right = parseJson(' {"9":2,"10":1, "a":null,"b":[{"x":12345678901234567890,"y":1}]} ');

  expect(canonicalJson(left)).toBe(canonicalJson(right));
  expect(canonicalJson(left)).toContain('12345678901234567890');
  expect(canonicalJson({ a: [2, 1] })).not.toBe(canonicalJson({ a: [1, 2] }));
});

it('keeps a key named __proto__ as data', () => {
  expect(canonicalJson(parseJson('{"__proto__":{"b":1,"a":2}}'))).toBe('{"__proto__":{"a":2,"b":1}}');
});

it.each([
  ['"5455"', '5455'],
  ['5455', '5455'],
  ['9223372036854775807', '9223372036854775807'],
])('reads the id %s as text', (json, id) => {
  expect(idText.parse(parseJson(json))).toBe(id);
});

it.each(['9007199254740993.5', '"12a"', '""', 'null', '1.5', '-1', '{}', '1e300'])('refuses the id %s', (json) => {
  expect(idText.safeParse(parseJson(json)).success).toBe(false);
});
