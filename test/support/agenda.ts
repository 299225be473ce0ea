/** Events by time, as a binary heap; those of the same time in the order in which they came. */
export class Agenda<Event extends { atMs: number }> {
  readonly #heap: Entry<Event>[] = [];
  #added = 0;

  add(event: Event): void {
    const heap = this.#heap;
    const entry = { event, atMs: event.atMs, order: this.#added++ };
    let place = heap.push(entry) - 1;
    for (;;) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (place === 0 || above === undefined || isBefore(above, entry)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  next(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first?.event;
    let place = 0;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const below = isRight ? right : left;
      if (below === undefined || isBefore(last, below)) break;
      heap[place] = below;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = last;
    return first?.event;
  }
}

interface Entry<Event> {
  event: Event;
  atMs: number;
  order: number;
}

function isBefore<Event>(one: Entry<Event>, other: Entry<Event>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
