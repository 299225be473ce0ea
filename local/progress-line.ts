import { clearLine, cursorTo } from 'node:readline';

const REDRAW_MS = 100;

/** Shows a state and how long it has lasted: one live line on a terminal, a plain line for each new state elsewhere. */
export class ProgressLine implements Disposable {
  readonly #output: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  readonly #redraw: NodeJS.Timeout | undefined;
  #state = '';

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
    if (output.isTTY) this.#redraw = setInterval(() => this.#draw(), REDRAW_MS);
  }

  show(state: string): void {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#output.isTTY) this.#draw();
    else this.#output.write(`${this.#elapsed()} ${state}\n`);
  }

  /** Leaves the last state standing. */
  [Symbol.dispose](): void {
    if (this.#redraw === undefined) return;
    clearInterval(this.#redraw);
    this.#draw();
    this.#output.write('\n');
  }

  #draw(): void {
    cursorTo(this.#output, 0);
    clearLine(this.#output, 0);
    this.#output.write(`${this.#elapsed()} ${this.#state}`);
  }

  #elapsed(): string {
    return `${((performance.now() - this.#startedAt) / 1_000).toFixed(1).padStart(5)} s`;
  }
}
