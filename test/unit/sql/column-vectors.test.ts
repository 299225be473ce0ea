import { type DataType, Field, Float32, Float64, Int16, Int32, Int8, Schema } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { recordBatchOf } from '../../../src/shared/sql/warehouse/column-vectors.ts';

const valueOf = (type: DataType, value: unknown) =>
  recordBatchOf(new Schema([new Field('n', type, true)]), [[value]])
    .getChildAt(0)
    ?.get(0) as unknown;

describe('a number that its column cannot hold', () => {
  test.each<[DataType, number]>([
    [new Int8(), 128],
    [new Int8(), -129],
    [new Int16(), 70_000],
    [new Int32(), 2 ** 31],
    [new Int32(), -(2 ** 31) - 1],
    [new Int32(), 1e300],
    [new Int32(), NaN],
    [new Float32(), 1e300],
    [new Float32(), -3.5e38],
  ])('is an error, not another number: %s, %d', (type, value) => {
    expect(() => valueOf(type, value)).toThrow(RangeError);
  });

  test.each<[DataType, number]>([
    [new Int8(), -128],
    [new Int16(), 32_767],
    [new Int32(), -(2 ** 31)],
    [new Float32(), 0.5],
    [new Float32(), Infinity],
    [new Float32(), NaN],
    [new Float64(), 1e300],
  ])('and one that it can is kept: %s, %d', (type, value) => {
    expect(valueOf(type, value)).toBe(value);
  });
});
