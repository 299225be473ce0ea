/** How often each operation had each status; `"0"` is a connection cut without a response. */
export type StatusCounts = Record<string, number>;

/** What an emulator was asked since it started or was last cleared. */
export class RequestCounts {
  readonly #operations = new Map<string, Map<number, number>>();

  /** Adds one request; `status` is 0 when the connection was cut before any response. */
  add(operation: string, status: number): void {
    const statuses = this.#operations.get(operation) ?? new Map<number, number>();
    this.#operations.set(operation, statuses.set(status, (statuses.get(status) ?? 0) + 1));
  }

  clear(): void {
    this.#operations.clear();
  }

  /** The response of `GET /_emulator/requests`. */
  toJSON(): { total: number; operations: Record<string, StatusCounts> } {
    let total = 0;
    const operations: Record<string, StatusCounts> = {};
    for (const [operation, statuses] of this.#operations) {
      operations[operation] = Object.fromEntries(statuses);
      for (const count of statuses.values()) total += count;
    }
    return { total, operations };
  }
}
