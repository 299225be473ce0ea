import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/shared/sql/encode/byte-writer.ts';
import { uniqueNames } from '../../../src/shared/sql/encode/names.ts';
import { writeDecimal, writeDouble, writeFloat, writeInt64 } from '../../../src/shared/sql/encode/numbers.ts';
import { writeDate, writeMicroseconds, writeNanoseconds } from '../../../src/shared/sql/encode/temporal.ts';

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(4);
  write(out);
  return out.take().toString();
}

/** Deterministic 32-bit noise (xorshift). */
function* noise(count: number): Generator<number> {
  let state = 0x9e37_79b9;
  for (let index = 0; index < count; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state | 0;
  }
}

const interesting = [
  0n,
  1n,
  -1n,
  9n,
  10n,
  999_999_999n,
  10n ** 9n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

function int64s(): bigint[] {
  const random = [...noise(2000)];
  return [
    ...interesting,
    ...interesting.map((value) => BigInt.asIntN(64, -value)),
    ...random.flatMap((low, index) => [
      BigInt(low),
      BigInt.asIntN(64, (BigInt(random[index - 1] ?? 0) << 32n) | BigInt(low >>> 0)),
    ]),
  ];
}

const halves = (value: bigint): [number, number] => [Number(BigInt.asIntN(32, value)), Number(value >> 32n)];

describe('numbers', () => {
  test('of 64 bits keep every digit', () => {
    for (const value of int64s()) expect(written((out) => writeInt64(out, ...halves(value)))).toBe(String(value));
  });

  test('that are DECIMAL keep every digit of their scale', () => {
    for (const value of int64s()) {
      for (const scale of [0, 1, 4, 9, 18]) {
        const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
        const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
        const wide = new Int32Array(new BigInt64Array([value, value >> 63n]).buffer);
        expect(written((out) => writeDecimal(out, wide, 0, 4, scale))).toBe(`${value < 0n ? '-' : ''}${text}`);
      }
    }
  });

  test('that are FLOAT or DOUBLE read back as they were', () => {
    const doubles = new Float64Array(1);
    const bits = new Int32Array(doubles.buffer);
    const random = [...noise(4000)];
    for (let index = 1; index < random.length; index++) {
      [bits[0], bits[1]] = [random[index]!, random[index - 1]!];
      const value = doubles[0]!;
      expect(Number(written((out) => writeDouble(out, value)))).toBe(value);
      const single = Math.fround(value);
      expect(Math.fround(Number(written((out) => writeFloat(out, single))))).toBe(single);
    }
    expect([written((out) => writeDouble(out, -0)), written((out) => writeFloat(out, Math.fround(0.1)))]).toEqual([
      '-0',
      '0.1',
    ]);
  });
});

describe('times', () => {
  test('agree with the Gregorian calendar from year 1 to year 9999', () => {
    for (let day = -719_162; day <= 2_932_896; day += 97) {
      expect(written((out) => writeDate(out, day))).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10));
    }
  });

  test('keep their microseconds wherever they are', () => {
    const random = [...noise(2000)];
    for (const low of random) {
      const micros = BigInt(low) * 20_000_000n + BigInt(low >>> 3);
      const millis = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0);
      const rest = String(micros - BigInt(millis) * 1000n).padStart(3, '0');
      const expected = new Date(millis).toISOString().replace('Z', rest);
      expect(written((out) => writeMicroseconds(out, ...halves(micros)))).toBe(expected);
    }
    const last = 253_402_300_799_999_999n;
    expect(written((out) => writeMicroseconds(out, ...halves(last)))).toBe('9999-12-31T23:59:59.999999');
    expect(written((out) => writeNanoseconds(out, -1n))).toBe('1969-12-31T23:59:59.999999999');
  });
});

describe('text', () => {
  test('is escaped as JSON.stringify does', () => {
    for (const text of ['', 'plain', '"\\\b\f\n\r\t\u0000\u001f\u007f', 'é😀\u2028', 'x'.repeat(1000)]) {
      const bytes = Buffer.from(text);
      expect(written((out) => out.jsonString(bytes, 0, bytes.length))).toBe(JSON.stringify(text).slice(1, -1));
    }
  });

  test('is quoted in CSV only where RFC 4180 asks for it, and where it is empty', () => {
    const field = (text: string) => written((out) => out.csvField(Buffer.from(text), 0, Buffer.byteLength(text)));
    expect(['', 'a b', 'a,b', 'a"b', 'a\nb', 'a\rb'].map(field)).toEqual([
      '""',
      'a b',
      '"a,b"',
      '"a""b"',
      '"a\nb"',
      '"a\rb"',
    ]);
  });
});

test('repeated names are told apart without taking another column’s name', () => {
  expect(uniqueNames(['a', 'a', 'a_2', 'b', 'a'])).toEqual(['a', 'a_3', 'a_2', 'b', 'a_4']);
});
