const DEFAULT_MAX_LENGTH = 4 * 1024 * 1024;

/** The last part of a text that only grows. */
export class BoundedLog {
  readonly #maxLength: number;
  readonly #onText: ((text: string) => void) | undefined;
  #chunks: string[] = [];
  #length = 0;

  constructor(options: { maxLength?: number; onText?: ((text: string) => void) | undefined } = {}) {
    this.#maxLength = options.maxLength ?? DEFAULT_MAX_LENGTH;
    this.#onText = options.onText;
  }

  append(text: string): void {
    this.#chunks.push(text);
    this.#length += text.length;
    // Twice the limit before cutting, so that appending stays cheap.
    if (this.#length > 2 * this.#maxLength) this.#chunks = [this.text()];
    this.#length = this.#chunks.length === 1 ? (this.#chunks[0]?.length ?? 0) : this.#length;
    this.#onText?.(text);
  }

  /** At most the limit's last characters. */
  text(): string {
    return this.#chunks.join('').slice(-this.#maxLength);
  }
}
