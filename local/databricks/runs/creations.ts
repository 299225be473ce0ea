/** The workspace's limit on jobs created in a sliding window, `runs/submit` included. */
export class CreationWindow {
  /** Databricks' own: 10,000 an hour. */
  count = 10_000;
  windowMs = 3_600_000;
  #times: number[] = [];
  #first = 0;

  /** Counts one creation, or returns false when the window is full. */
  take(nowMs: number): boolean {
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) <= nowMs - this.windowMs) this.#first++;
    if (this.#times.length - this.#first >= this.count) return false;
    if (this.#first > 1_000 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    this.#times.push(nowMs);
    return true;
  }
}
