import { oneLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

const REDRAW_MS = 100;
/** To the line's begin, and without what stood there. */
const CLEAR_LINE = '\r\u001B[2K';

/** Shows a state and how long it has taken so far: one live line on a terminal, else a plain line for each new state. */
export class Progress implements Disposable {
  readonly #output: Terminal['stderr'];
  readonly #startedAtMs = performance.now();
  readonly #redraw: NodeJS.Timeout | undefined;
  #state = '';

  constructor(output: Terminal['stderr']) {
    this.#output = output;
    if (output.isTTY === true) this.#redraw = setInterval(() => this.#draw(), REDRAW_MS);
  }

  show(state: string): void {
    const shown = oneLine(state);
    if (shown === this.#state) return;
    this.#state = shown;
    if (this.#redraw !== undefined) this.#draw();
    else this.#output.write(`${this.#elapsed()}  ${shown}\n`);
  }

  /** Clears the live line, so that others can be written. */
  [Symbol.dispose](): void {
    if (this.#redraw === undefined) return;
    clearInterval(this.#redraw);
    this.#output.write(CLEAR_LINE);
  }

  #draw(): void {
    this.#output.write(`${CLEAR_LINE}${this.#elapsed()}  ${this.#state}`);
  }

  #elapsed(): string {
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    const minutes = Math.floor(seconds / 60);
    return minutes === 0 ? `${seconds.toFixed(1).padStart(6)} s` : `${minutes} min ${Math.floor(seconds % 60)} s`;
  }
}
