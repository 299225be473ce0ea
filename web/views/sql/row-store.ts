/** More text is not kept: a tab that grows without end is closed by its browser. */
const MAX_KEPT_CHARACTERS = 192 * 1024 * 1024;

/** Whole lines as they came, and where each of them begins. */
interface Block {
  text: string;
  starts: Uint32Array;
  firstRow: number;
}

/**
 * The rows of a result as the lines of NDJSON that they came in: one string for each piece of the stream, and four bytes a
 * row. A row is parsed when it is looked at, so a million of them take little more than their text.
 */
export class RowStore {
  readonly #blocks: Block[] = [];
  #rest = '';
  #characters = 0;
  #rows = 0;
  readonly #maxCharacters: number;

  constructor(maxCharacters = MAX_KEPT_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
  }

  /** How many whole rows there are. */
  get count(): number {
    return this.#rows;
  }

  /** Whether nothing more is kept. */
  get isFull(): boolean {
    return this.#characters + this.#rest.length >= this.#maxCharacters;
  }

  /** Takes a piece of the stream, which may end in the middle of a line. */
  add(piece: string): void {
    const text = this.#rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    if (end === 0) return;
    const lines = text.slice(0, end);
    const starts: number[] = [];
    for (let start = 0; start < end; start = lines.indexOf('\n', start) + 1) starts.push(start);
    this.#blocks.push({ text: lines, starts: Uint32Array.from(starts), firstRow: this.#rows });
    this.#rows += starts.length;
    this.#characters += end;
  }

  /** Forgets the last row, which turned out to be none. */
  dropLast(): void {
    const block = this.#blocks.at(-1);
    if (block === undefined) return;
    this.#rows--;
    block.starts = block.starts.subarray(0, -1);
    if (block.starts.length === 0) this.#blocks.pop();
  }

  /** A row by its column names; undefined where there is none of this number. */
  row(index: number): Record<string, unknown> | undefined {
    const block = this.#blockOf(index);
    const place = block === undefined ? undefined : index - block.firstRow;
    const start = place === undefined ? undefined : block?.starts[place];
    if (block === undefined || place === undefined || start === undefined) return undefined;
    return JSON.parse(block.text.slice(start, block.starts[place + 1] ?? endOf(block, start))) as Record<
      string,
      unknown
    >;
  }

  #blockOf(index: number): Block | undefined {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#blocks[middle]?.firstRow ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.#blocks[low];
  }
}

function endOf({ text }: Block, start: number): number {
  return text.indexOf('\n', start);
}
