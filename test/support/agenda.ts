/** Events by time, as a binary heap; those of the same time in the order in which they came. */
export class Agenda<Event extends { atMs: number }> {
  readonly #heap: [Event, number][] = [];
  #added = 0;

  add(event: Event): void {
    const heap = this.#heap;
    let place = heap.push([event, this.#added++]) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  next(): Event | undefined {
    const heap = this.#heap;
    if (heap.length > 1) this.#swap(0, heap.length - 1);
    const first = heap.pop()?.[0];
    for (let place = 0; ;) {
      let child = 2 * place + 1;
      if (child >= heap.length) return first;
      if (child + 1 < heap.length && this.#isBefore(child + 1, child)) child++;
      if (!this.#isBefore(child, place)) return first;
      this.#swap(child, place);
      place = child;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [left, leftOrder] = this.#heap[one]!;
    const [right, rightOrder] = this.#heap[other]!;
    return left.atMs < right.atMs || (left.atMs === right.atMs && leftOrder < rightOrder);
  }

  #swap(one: number, other: number): void {
    [this.#heap[one], this.#heap[other]] = [this.#heap[other]!, this.#heap[one]!];
  }
}
