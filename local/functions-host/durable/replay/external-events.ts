import { settledTask, TaskNode } from './task-node.ts';

/** The external events of a replay, by names whose case does not matter, and the tasks that wait for them. */
export class ExternalEvents {
  readonly #waiters = new Map<string, TaskNode[]>();
  /** How many have come that nothing waited for. */
  readonly #buffered = new Map<string, number>();

  raise(name: string): void {
    const key = name.toLowerCase();
    // Both sides of the real thing serve the latest of several waiters first.
    const waiter = this.#waiters.get(key)?.pop();
    if (waiter !== undefined) waiter.settle(true);
    else this.#buffered.set(key, (this.#buffered.get(key) ?? 0) + 1);
  }

  /** A task that settles with the next event of the name. */
  wait(name: string): TaskNode {
    const key = name.toLowerCase();
    const buffered = this.#buffered.get(key) ?? 0;
    if (buffered > 0) {
      this.#buffered.set(key, buffered - 1);
      return settledTask();
    }
    const node = new TaskNode();
    const waiters = this.#waiters.get(key) ?? [];
    waiters.push(node);
    this.#waiters.set(key, waiters);
    return node;
  }
}
