/** Bytes that grow at the end; their memory starts aligned for every typed array. */
export class ByteBuffer {
  #bytes = new Uint8Array(4096);
  length = 0;

  /** Room for `count` more bytes, to be written by the caller. It is good until the next call. */
  extend(count: number): Uint8Array<ArrayBuffer> {
    const start = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    return this.#bytes.subarray(start, this.length);
  }

  extendInt32(count: number): Int32Array<ArrayBuffer> {
    const bytes = this.extend(count * 4);
    return new Int32Array(bytes.buffer, bytes.byteOffset, count);
  }

  trimmed(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  trimmedInt32(): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#bytes.buffer, 0, this.length / 4);
  }
}
