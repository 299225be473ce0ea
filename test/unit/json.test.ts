import { expect, it } from 'vitest';
import { idText } from '../../src/shared/id-text.ts';
import {
  canonicalJson,
  compactJson,
  JsonDepthError,
  JsonSizeError,
  JsonSyntaxError,
  parseJson,
  stringifyJson,
} from '../../src/shared/json.ts';

it.each([
  '9007199254740993',
  '[833780805664346123,-9223372036854775808]',
  '{"a":0.1234567890123456789,"b":1e400,"c":12345678901234567890.5}',
  '100000000000000000000',
  '{"__proto__":12345678901234567890,"a":[[9007199254740992]]}',
])('keeps every digit of %s', (text) => {
  expect(stringifyJson(parseJson(text))).toBe(text);
});

it.each([
  ['1', 1],
  ['1.50', 1.5],
  ['1e3', 1000],
  ['0.1', 0.1],
  ['-0.25e-2', -0.0025],
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

it.each(['{12345678901234567890:1}', '[12345678901234567890 : 1]', '[1234567890123456x]', '[12345678901234567890,]'])(
  'refuses %j, in which a number stands where none may',
  (text) => {
    expect(() => parseJson(text)).toThrow(JsonSyntaxError);
  },
);

it('refuses more names and values than the bound, whatever they are', () => {
  for (const text of ['[1,2,3,4]', '{"a":1,"b":2}', '[[],[],{},{}]', '[null,true,"x",""]'])
    expect(() => parseJson(text, { maxValues: 4 })).toThrow(JsonSizeError);
  expect(parseJson('{"a":1,"b":"{[,:"}', { maxValues: 5 })).toEqual({ a: 1, b: '{[,:' });
  expect(() => parseJson('[1e2,1234567890123456]', { maxLongNumbers: 1 })).toThrow(JsonSizeError);
  expect(parseJson('[1e2,"1234567890123456"]', { maxLongNumbers: 1 })).toEqual([100, '1234567890123456']);
});

/** The quadratic reading of any of these takes minutes to days, so the time a test may take is bound enough. */
it.each<[what: string, text: string]>([
  ['zeros within a number', `1${'0'.repeat(10_000_000)}1`],
  ['zeros behind the point', `0.${'0'.repeat(10_000_000)}1`],
  ['zeros at the end', `1${'0'.repeat(10_000_000)}`],
  ['a long exponent', `1e${'9'.repeat(1_000_000)}`],
  ['a long negative exponent', `-1.5e-${'0'.repeat(1_000_000)}1`],
  [
    'many numbers of the greatest length that is compared',
    `[${Array(10_000)
      .fill(`1${'0'.repeat(390)}1`)
      .join()}]`,
  ],
  ['many doubles of 17 digits', `[${Array(100_000).fill('0.30000000000000004').join()}]`],
  ['many numbers that no double holds', `[${Array(100_000).fill('0.300000000000000041').join()}]`],
  ['many escapes', `"${'\\\\'.repeat(4_000_000)}"`],
  ['many quotes that are escaped', `"${'\\"'.repeat(1_000_000)}"`],
])('keeps %s as they came, in time proportional to the text', (_what, text) => {
  expect(stringifyJson(parseJson(text)) === text).toBe(true);
});

it('writes wide and deep documents canonically in proportional time', () => {
  const wide = `{${Array.from({ length: 145_000 }, (_, index) => `"${index}x":1`).join()}}`;
  const deep = `${'[{"a":'.repeat(400)}1${'}]'.repeat(400)}`;

  expect(canonicalJson(parseJson(wide))).toHaveLength(wide.length);
  expect(canonicalJson(parseJson(deep))).toBe(deep);
});

it.each<[text: string, compact: string | undefined]>([
  [' { "a b" : [ 1.50 , 1e3 ],\n"c":\t" \\" " } ', '{"a b":[1.50,1e3],"c":" \\" "}'],
  [
    '[ "0123456789abcdefghij\\" , " , "0123456789abcdefghij\\\\" , 1 ]',
    '["0123456789abcdefghij\\" , ","0123456789abcdefghij\\\\",1]',
  ],
  ['[ "0123456789abcd\\" , " , "0123456789abcde\\" , " ]', '["0123456789abcd\\" , ","0123456789abcde\\" , "]'],
  ['12345678901234567890', '12345678901234567890'],
  ['"\ud800\ud83d\ude00"', '"\\ud800\ud83d\ude00"'],
  ['{"a":}', undefined],
  ['plain text, "quoted"', undefined],
  [' \n-1.0 ', '-1.0'],
  ['true', 'true'],
  ['[ 1 2 ]', undefined],
  ['['.repeat(1_001) + ']'.repeat(1_001), undefined],
])('compacts %j', (text, compact) => {
  expect(compactJson(text)).toBe(compact);
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

it.each(['9007199254740992', '9007199254740994', '1152921504606846976', '9223372036854774784'])(
  'reads the id %s, which a double holds, with its own digits',
  (id) => {
    expect(idText.parse(parseJson(id))).toBe(id);
    expect(idText.parse(parseJson(`"${id}"`))).toBe(id);
  },
);

it('refuses an id that was a double before it came here: who knows what its digits were', () => {
  expect(idText.safeParse(2 ** 53).success).toBe(false);
});

it.each(['9007199254740993.5', '"12a"', '""', 'null', '1.5', '-1', '{}', '1e300'])('refuses the id %s', (json) => {
  expect(idText.safeParse(parseJson(json)).success).toBe(false);
});
