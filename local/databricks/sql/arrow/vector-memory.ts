import duckdb, { type Vector } from '@duckdb/node-bindings';
import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';

/** A run of rows in one DuckDB vector, read where DuckDB keeps it. */
export interface VectorRange {
  vector: Vector;
  type: DuckDBType;
  start: number;
  count: number;
}

/** The vector of a column of a chunk. It is good for as long as the chunk is referenced. */
export function columnVector(chunk: DuckDBDataChunk, index: number): Vector {
  return duckdb.data_chunk_get_vector(chunk.chunk, index);
}

/** The values of a range of fixed-width items, without a copy. */
export function fixedWidthBytes({ vector, start, count }: VectorRange, widthBytes: number): Uint8Array {
  return duckdb.vector_get_data(vector, (start + count) * widthBytes).subarray(start * widthBytes);
}

/** The validity bits of a vector from row 0 on, least significant first, as in Arrow; undefined when nothing is null. */
export function validityBits({ vector, start, count }: VectorRange): Uint8Array | undefined {
  const words = Math.ceil((start + count) / 64);
  return duckdb.vector_get_validity(vector, words * 8) ?? undefined;
}

/** The elements of a LIST vector. */
export const listChild = (vector: Vector): Vector => duckdb.list_vector_get_child(vector);
/** A field of a STRUCT vector. */
export const structChild = (vector: Vector, index: number): Vector => duckdb.struct_vector_get_child(vector, index);
/** The elements of an ARRAY vector. */
export const arrayChild = (vector: Vector): Vector => duckdb.array_vector_get_child(vector);

const INLINE_LENGTH = 12;
const ENTRY_BYTES = 16;
/** Neighbours closer than this are read in one go: a gap under a page never hides an unmapped one. */
const MAX_GAP_BYTES = 64;

/**
 * Copies the strings (or blobs) of a range into `target`, one after the other.
 * `lengths` says how long each is; null rows have length 0.
 *
 * DuckDB's `string_t` is 16 bytes: a length, then either up to 12 bytes in place or a 4-byte prefix and a pointer
 * (duckdb/src/include/duckdb/common/types/string_type.hpp). Strings of a vector usually lie next to each other,
 * so whole runs of them cost one call.
 */
export function copyStrings(range: VectorRange, lengths: Uint32Array, target: Uint8Array, targetStart: number): void {
  const entries = fixedWidthBytes(range, ENTRY_BYTES);
  const words = new Uint32Array(entries.buffer, entries.byteOffset, range.count * 4);
  const pointerOf = (row: number): number => (words[row * 4 + 3] ?? 0) * 2 ** 32 + (words[row * 4 + 2] ?? 0);
  let run = { first: -1, start: 0, end: 0 };
  let pending: { row: number; at: number }[] = [];

  function flush(): void {
    if (run.first < 0) return;
    const pointerAt = entries.byteOffset + run.first * ENTRY_BYTES + 8;
    const bytes = duckdb.get_data_from_pointer(entries.buffer as ArrayBuffer, pointerAt, run.end - run.start);
    const isOneBlock =
      pending.length > 0 && totalLength(pending, lengths) === bytes.length && isAdjacent(pending, lengths);
    if (isOneBlock) target.set(bytes, pending[0]?.at ?? 0);
    else
      for (const { row, at } of pending) {
        const from = pointerOf(row) - run.start;
        target.set(bytes.subarray(from, from + (lengths[row] ?? 0)), at);
      }
    run = { first: -1, start: 0, end: 0 };
    pending = [];
  }

  let at = targetStart;
  for (let row = 0; row < range.count; row++) {
    const length = lengths[row] ?? 0;
    if (length === 0) continue;
    if (length <= INLINE_LENGTH) {
      const from = row * ENTRY_BYTES + 4;
      for (let index = 0; index < length; index++) target[at + index] = entries[from + index] ?? 0;
    } else {
      const pointer = pointerOf(row);
      const isNear = run.first >= 0 && pointer >= run.end && pointer - run.end < MAX_GAP_BYTES;
      if (!isNear) {
        flush();
        run = { first: row, start: pointer, end: pointer };
      }
      run.end = pointer + length;
      pending.push({ row, at });
    }
    at += length;
  }
  flush();
}

function totalLength(pending: { row: number }[], lengths: Uint32Array): number {
  let total = 0;
  for (const { row } of pending) total += lengths[row] ?? 0;
  return total;
}

function isAdjacent(pending: { row: number; at: number }[], lengths: Uint32Array): boolean {
  const first = pending[0];
  const last = pending.at(-1);
  if (first === undefined || last === undefined) return false;
  return last.at + (lengths[last.row] ?? 0) - first.at === totalLength(pending, lengths);
}

/** The byte lengths of the strings (or blobs) of a range, 0 for nulls; and their sum. */
export function stringLengths(range: VectorRange): { lengths: Uint32Array; total: number } {
  const entries = fixedWidthBytes(range, ENTRY_BYTES);
  const words = new Uint32Array(entries.buffer, entries.byteOffset, range.count * 4);
  const validity = validityBits(range);
  const lengths = new Uint32Array(range.count);
  let total = 0;
  for (let row = 0; row < range.count; row++) {
    const bit = range.start + row;
    if (validity !== undefined && ((validity[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
    const length = words[row * 4] ?? 0;
    lengths[row] = length;
    total += length;
  }
  return { lengths, total };
}
