import { ByteBuffer } from './byte-buffer.ts';
import { validityBits, type VectorRange } from './vector-memory.ts';

/** Gathers the null bitmap of a column; costs nothing while no row is null. */
export class ValidityBuilder {
  #bits: ByteBuffer | undefined;
  #length = 0;
  #nullCount = 0;

  /** Takes the range's validity over; returns whether its rows are valid, by row of the range. */
  append(range: VectorRange): (row: number) => boolean {
    const source = validityBits(range);
    const isValid = (row: number): boolean => {
      if (source === undefined) return true;
      const bit = range.start + row;
      return ((source[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
    };
    if (source !== undefined) this.#bits ??= allValid(this.#length);
    if (this.#bits !== undefined) this.#appendBits(this.#bits, range.count, isValid);
    this.#length += range.count;
    return isValid;
  }

  finish(): { length: number; nullCount: number; nullBitmap?: Uint8Array } {
    const counts = { length: this.#length, nullCount: this.#nullCount };
    return this.#bits !== undefined && this.#nullCount > 0 ? { ...counts, nullBitmap: this.#bits.trimmed() } : counts;
  }

  #appendBits(target: ByteBuffer, count: number, isValid: (row: number) => boolean): void {
    const bytesNeeded = (this.#length + count + 7) >> 3;
    if (bytesNeeded > target.length) target.extend(bytesNeeded - target.length).fill(0);
    const bits = target.trimmed();
    for (let row = 0; row < count; row++) {
      const bit = this.#length + row;
      if (isValid(row)) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
      else this.#nullCount++;
    }
  }
}

function allValid(length: number): ByteBuffer {
  const bits = new ByteBuffer();
  bits.extend((length + 7) >> 3).fill(0xff);
  const last = length & 7;
  if (last !== 0) bits.trimmed()[length >> 3] = (1 << last) - 1;
  return bits;
}
