import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { SqlError } from '../sql-error.ts';
import { fixedWidthBytes, validityBits, type VectorRange } from './vector-memory.ts';

/** How the items of a DuckDB type become Arrow's, `widthBytes` each. */
export interface FixedWidthCopy {
  widthBytes: number;
  copy(range: VectorRange, target: Uint8Array): void;
}

const DECIMAL_BYTES = 16;

/** The copy for a type, undefined when its Arrow form is not of fixed width. */
export function fixedWidthCopies(type: DuckDBType): FixedWidthCopy | undefined {
  return type.typeId === DuckDBTypeId.DECIMAL ? decimalCopy(type.width) : copies.get(type.typeId);
}

function same(widthBytes: number): FixedWidthCopy {
  return { widthBytes, copy: (range, target) => target.set(fixedWidthBytes(range, widthBytes)) };
}

/** Two's complement of 2, 4, 8 or 16 bytes to 16 bytes. */
function decimalCopy(width: number): FixedWidthCopy {
  if (width > 18) return same(DECIMAL_BYTES);
  const sourceBytes = width > 9 ? 8 : width > 4 ? 4 : 2;
  return {
    widthBytes: DECIMAL_BYTES,
    copy(range, target) {
      const source = fixedWidthBytes(range, sourceBytes);
      const out = words(target);
      if (sourceBytes === 8) {
        const from = words(source);
        for (let row = 0; row < range.count; row++) widen(out, row, from[row * 2] ?? 0, from[row * 2 + 1] ?? 0);
        return;
      }
      const from =
        sourceBytes === 4 ? words(source) : new Int16Array(source.buffer, source.byteOffset, source.length / 2);
      for (let row = 0; row < range.count; row++) widen(out, row, from[row] ?? 0, (from[row] ?? 0) >> 31);
    },
  };
}

function widen(out: Int32Array, row: number, low: number, high: number): void {
  out[row * 4] = low;
  out[row * 4 + 1] = high;
  out[row * 4 + 2] = high >> 31;
  out[row * 4 + 3] = high >> 31;
}

function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

const bigIntFromHugeInt: FixedWidthCopy = {
  widthBytes: 8,
  copy(range, target) {
    const from = words(fixedWidthBytes(range, 16));
    const out = words(target);
    const validity = validityBits(range);
    for (let row = 0; row < range.count; row++) {
      const bit = range.start + row;
      if (validity !== undefined && ((validity[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const high = from[row * 4 + 1] ?? 0;
      if (from[row * 4 + 2] !== high >> 31 || from[row * 4 + 3] !== high >> 31)
        throw new SqlError(
          'ARITHMETIC_OVERFLOW',
          '22003',
          "long overflow. Use 'try_add' to tolerate overflow and return NULL instead.",
        );
      out[row * 2] = from[row * 4] ?? 0;
      out[row * 2 + 1] = high;
    }
  },
};

const decimalFromUnsignedBigInt: FixedWidthCopy = {
  widthBytes: DECIMAL_BYTES,
  copy(range, target) {
    const from = words(fixedWidthBytes(range, 8));
    const out = words(target);
    for (let row = 0; row < range.count; row++) {
      out[row * 4] = from[row * 2] ?? 0;
      out[row * 4 + 1] = from[row * 2 + 1] ?? 0;
      out[row * 4 + 2] = 0;
      out[row * 4 + 3] = 0;
    }
  },
};

const bigIntFromUnsignedInt: FixedWidthCopy = {
  widthBytes: 8,
  copy(range, target) {
    const from = words(fixedWidthBytes(range, 4));
    const out = words(target);
    for (let row = 0; row < range.count; row++) {
      out[row * 2] = from[row] ?? 0;
      out[row * 2 + 1] = 0;
    }
  },
};

const intFromUnsignedShort: FixedWidthCopy = {
  widthBytes: 4,
  copy(range, target) {
    const source = fixedWidthBytes(range, 2);
    words(target).set(new Uint16Array(source.buffer, source.byteOffset, range.count));
  },
};

const shortFromUnsignedByte: FixedWidthCopy = {
  widthBytes: 2,
  copy(range, target) {
    new Int16Array(target.buffer, target.byteOffset, range.count).set(fixedWidthBytes(range, 1));
  },
};

/** DuckDB's coarser and finer timestamps to microseconds. */
function micros(toMicros: (value: bigint) => bigint): FixedWidthCopy {
  return {
    widthBytes: 8,
    copy(range, target) {
      const source = fixedWidthBytes(range, 8);
      const from = new BigInt64Array(source.buffer, source.byteOffset, range.count);
      const out = new BigInt64Array(target.buffer, target.byteOffset, range.count);
      for (let row = 0; row < range.count; row++) out[row] = toMicros(from[row] ?? 0n);
    },
  };
}

const copies = new Map<DuckDBTypeId, FixedWidthCopy>([
  [DuckDBTypeId.TINYINT, same(1)],
  [DuckDBTypeId.SMALLINT, same(2)],
  [DuckDBTypeId.INTEGER, same(4)],
  [DuckDBTypeId.BIGINT, same(8)],
  [DuckDBTypeId.FLOAT, same(4)],
  [DuckDBTypeId.DOUBLE, same(8)],
  [DuckDBTypeId.DATE, same(4)],
  [DuckDBTypeId.TIMESTAMP, same(8)],
  [DuckDBTypeId.TIMESTAMP_TZ, same(8)],
  [DuckDBTypeId.TIMESTAMP_S, micros((seconds) => seconds * 1_000_000n)],
  [DuckDBTypeId.TIMESTAMP_MS, micros((millis) => millis * 1000n)],
  [DuckDBTypeId.TIMESTAMP_NS, micros((nanos) => nanos / 1000n)],
  [DuckDBTypeId.HUGEINT, bigIntFromHugeInt],
  [DuckDBTypeId.UBIGINT, decimalFromUnsignedBigInt],
  [DuckDBTypeId.UINTEGER, bigIntFromUnsignedInt],
  [DuckDBTypeId.USMALLINT, intFromUnsignedShort],
  [DuckDBTypeId.UTINYINT, shortFromUnsignedByte],
]);
