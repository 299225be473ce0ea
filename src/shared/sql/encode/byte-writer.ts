const HEX = '0123456789abcdef';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Short names of JSON's control characters; the others are written as `\u00XX`. */
const JSON_ESCAPES = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
]);

/**
 * A growing run of bytes that text is written into without intermediate strings.
 * {@link take} hands the bytes over and starts afresh, so that a chunk given away is never written to again.
 */
export class ByteWriter {
  buffer: Buffer;
  /** Bytes written; setting it back takes back what was written after. */
  length = 0;
  readonly #chunkBytes: number;

  constructor(chunkBytes = 128 * 1024) {
    this.#chunkBytes = chunkBytes;
    this.buffer = Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** Text known to be ASCII and short. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let index = 0; index < text.length; index++) this.buffer[this.length++] = text.charCodeAt(index);
  }

  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += this.buffer.write(text, this.length);
  }

  bytes(source: Uint8Array, from = 0, to = source.length): void {
    this.reserve(to - from);
    const { buffer } = this;
    let { length } = this;
    // A call into the runtime's copy costs more than copying a few bytes here.
    if (to - from > 64) {
      buffer.set(from === 0 && to === source.length ? source : source.subarray(from, to), length);
      length += to - from;
    } else for (let index = from; index < to; index++) buffer[length++] = source[index] as number;
    this.length = length;
  }

  /** UTF-8 bytes as the inside of a JSON string. */
  jsonString(source: Uint8Array, from: number, to: number): void {
    this.reserve((to - from) * 6);
    const { buffer } = this;
    let { length } = this;
    for (let index = from; index < to; index++) {
      const value = source[index] as number;
      if (value >= 0x20 && value !== QUOTE && value !== BACKSLASH) buffer[length++] = value;
      else {
        buffer[length++] = BACKSLASH;
        const name = JSON_ESCAPES.get(value);
        const escape = name ?? `u00${HEX.charAt(value >> 4)}${HEX.charAt(value & 15)}`;
        for (let at = 0; at < escape.length; at++) buffer[length++] = escape.charCodeAt(at);
      }
    }
    this.length = length;
  }

  /**
   * UTF-8 bytes as a CSV field: quoted where RFC 4180 asks for it, and where empty, so that it is not taken for a NULL.
   */
  csvField(source: Uint8Array, from: number, to: number): void {
    this.reserve((to - from) * 2 + 2);
    const { buffer } = this;
    const start = this.length;
    let length = start;
    let quoted = from === to;
    for (let index = from; index < to && !quoted; index++) {
      const value = source[index] as number;
      quoted = value === QUOTE || value === 0x2c || value === 0x0a || value === 0x0d;
      buffer[length++] = value;
    }
    if (quoted) {
      length = start;
      buffer[length++] = QUOTE;
      for (let index = from; index < to; index++) {
        const value = source[index] as number;
        if (value === QUOTE) buffer[length++] = QUOTE;
        buffer[length++] = value;
      }
      buffer[length++] = QUOTE;
    }
    this.length = length;
  }

  /** The bytes written so far; the writer is empty afterwards. */
  take(): Buffer {
    const taken = this.buffer.subarray(0, this.length);
    this.buffer = Buffer.allocUnsafeSlow(this.#chunkBytes);
    this.length = 0;
    return taken;
  }
}
