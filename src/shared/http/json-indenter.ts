const INDENT = '  ';

/** Writes JSON text anew for people, piece by piece as it comes: each member on a line, digits and texts as they are. */
export class JsonIndenter {
  readonly #decoder = new TextDecoder();
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** An object or a list has just been opened: what follows is its first member, or its end. */
  #isOpened = false;

  /** What there is to write of this piece. */
  push(chunk: Uint8Array): string {
    let written = '';
    for (const character of this.#decoder.decode(chunk, { stream: true })) written += this.#next(character);
    return written;
  }

  #next(character: string): string {
    if (this.#isInText) {
      this.#isInText = this.#isEscaped || character !== '"';
      this.#isEscaped = !this.#isEscaped && character === '\\';
      return character;
    }
    if (/\s/.test(character)) return '';
    if (character === '}' || character === ']') {
      this.#depth -= 1;
      const before = this.#isOpened ? '' : this.#line();
      this.#isOpened = false;
      return before + character;
    }
    const before = this.#isOpened ? this.#line() : '';
    this.#isOpened = character === '{' || character === '[';
    if (this.#isOpened) this.#depth += 1;
    if (character === ',') return before + character + this.#line();
    if (character === ':') return `${character} `;
    this.#isInText = character === '"';
    return before + character;
  }

  #line(): string {
    return `\n${INDENT.repeat(this.#depth)}`;
  }
}
