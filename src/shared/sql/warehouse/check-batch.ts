import { type Data, DataType, type RecordBatch } from 'apache-arrow';

/** Far deeper than any table; decoding and writing go down a level at a time. */
const MAX_DEPTH = 100;

/**
 * Looks whether a batch holds what its lengths and offsets say, since whoever writes its values relies on them.
 * @throws {RangeError} where it does not
 */
export function checkBatch(batch: RecordBatch): RecordBatch {
  for (const child of batch.data.children) check(child, batch.numRows, 1);
  return batch;
}

function check(data: Data, atLeast: number, depth: number): void {
  const { type, length, offset, nullCount, nullBitmap, children } = data;
  const isNull = DataType.isNull(type);
  const hasNulls = nullCount > 0 && !isNull;
  if (length < atLeast || depth > MAX_DEPTH || (hasNulls && 8 * (nullBitmap?.length ?? 0) < offset + length)) fail();
  if (isNull || DataType.isUnion(type) || DataType.isDictionary(type)) return;
  if (children.length === 0) return checkValues(data);
  const childLength = DataType.isStruct(type)
    ? length
    : DataType.isFixedSizeList(type)
      ? (offset + length) * type.listSize
      : endOf(data);
  for (const child of children) check(child, childLength, depth + 1);
}

function checkValues(data: Data): void {
  const { type, length, offset, stride } = data;
  const size = (data.values as { length?: number } | undefined)?.length ?? 0;
  const needed = DataType.isBool(type) ? Math.ceil((offset + length) / 8) : length * stride;
  if (size < (data.valueOffsets === undefined ? needed : endOf(data))) fail();
}

/** Where the last of a column's values ends. */
function endOf({ valueOffsets, length }: Data): number {
  const offsets = valueOffsets as Int32Array | BigInt64Array;
  if (offsets.length < length + 1) fail();
  let end = Number(offsets[0]);
  if (end < 0) fail();
  for (let row = 1; row <= length; row++) {
    const next = Number(offsets[row]);
    if (next < end) fail();
    end = next;
  }
  return end;
}

function fail(): never {
  throw new RangeError('An Arrow batch does not hold what it says.');
}
