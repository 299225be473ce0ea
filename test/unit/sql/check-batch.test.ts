import {
  Binary,
  Bool,
  type Data,
  Field,
  Int32,
  List,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { checkBatch } from '../../../src/shared/sql/warehouse/check-batch.ts';

function batchOf(child: Data, length: number): RecordBatch {
  const fields = [new Field('a', child.type, true)];
  return new RecordBatch(
    new Schema(fields),
    makeData({ type: new Struct(fields), length, nullCount: 0, children: [child] as never }),
  );
}

const text = (offsets: number[], bytes: number, length = offsets.length - 1) =>
  makeData({ type: new Utf8(), length, valueOffsets: Int32Array.from(offsets), data: new Uint8Array(bytes) });
const ints = (length: number, values: number) =>
  makeData({ type: new Int32(), length, nullCount: 0, data: new Int32Array(values) });
const listOf = (child: Data, offsets: number[]) =>
  makeData({
    type: new List(new Field('item', child.type)),
    length: offsets.length - 1,
    valueOffsets: Int32Array.from(offsets),
    child: child as never,
  });
const deep = (depth: number) =>
  Array.from({ length: depth }).reduce<Data>((child) => listOf(child, [0, 1]), ints(1, 1));

describe('a batch', () => {
  test.each([
    ['numbers', ints(2, 2)],
    ['texts', text([0, 2, 5], 5)],
    ['lists', listOf(ints(3, 3), [0, 1, 3])],
    ['nothing but nulls', makeData({ type: new Null(), length: 2 })],
    ['booleans', makeData({ type: new Bool(), length: 2, data: new Uint8Array(1) })],
  ])('of %s that holds what it says is passed on', (_name, child) => {
    const batch = batchOf(child as Data, 2);
    expect(checkBatch(batch)).toBe(batch);
  });

  test.each([
    ['too few numbers', ints(2, 1)],
    ['a column that is too short', ints(1, 1)],
    ['text past the end of its bytes', text([0, 2, 2_000_000_000], 5)],
    ['text that ends before it begins', text([0, 5, 2], 5)],
    ['text before its bytes', text([-4, 0, 2], 5)],
    ['too few offsets', text([0, 2], 5, 2)],
    ['lists past the end of their elements', listOf(ints(3, 3), [0, 1, 4])],
    ['lists whose elements are missing', listOf(ints(3, 0), [0, 1, 3])],
    ['too few booleans', makeData({ type: new Bool(), length: 2, data: new Uint8Array(0) })],
    [
      'too few bytes',
      makeData({ type: new Binary(), length: 2, valueOffsets: Int32Array.of(0, 1, 9), data: new Uint8Array(1) }),
    ],
  ])('with %s is refused', (_name, child) => {
    expect(() => checkBatch(batchOf(child as Data, 2))).toThrow(RangeError);
  });

  test('of lists in lists is followed a hundred levels down', () => {
    expect(() => checkBatch(batchOf(deep(99), 1))).not.toThrow();
    expect(() => checkBatch(batchOf(deep(100), 1))).toThrow(RangeError);
  });
});
