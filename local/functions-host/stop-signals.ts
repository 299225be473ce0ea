/** Signals that come so close together are one: npm passes on what the whole process group has been sent already. */
const ONE_SIGNAL_MS = 1_000;

/**
 * Calls `stop` at the first SIGTERM or SIGINT and `end` at another that comes a second later or more: somebody does not want to wait. `nowMs` is a clock
 * that only goes forward.
 */
export class StopSignals {
  readonly #stop: () => void;
  readonly #end: () => void;
  readonly #nowMs: () => number;
  #firstMs: number | undefined;

  constructor({ stop, end, nowMs }: { stop: () => void; end: () => void; nowMs: () => number }) {
    this.#stop = stop;
    this.#end = end;
    this.#nowMs = nowMs;
  }

  receive(): void {
    const nowMs = this.#nowMs();
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs;
      this.#stop();
    } else if (nowMs - this.#firstMs >= ONE_SIGNAL_MS) this.#end();
  }
}
