import {
  abandon,
  ask,
  emptyAdmission,
  issueTicket,
  release,
  type AdmissionLimits,
} from '../../../src/shared/domain/admission.ts';

interface LineOptions {
  runs: number;
  durationMs: (run: number) => number;
  /** When a run comes; all at once without. */
  arrivesMs?: (run: number) => number;
  tasks?: (run: number) => number;
  /** Gives up those that still wait at a time. */
  cancel?: { atMs: number; picks: (run: number) => boolean };
  untilMs?: number;
}

export interface Going {
  run: number;
  atMs: number;
  endMs: number;
  tasks: number;
}

type Event = { atMs: number } & (
  | { kind: 'ask'; run: number; ticket: number | null }
  | { kind: 'end'; tasks: number }
  | { kind: 'cancel' }
);

/** Runs everybody who waits until all have gone: who went when, in this order, and when somebody asked. */
export function runLine(limits: AdmissionLimits, options: LineOptions): { gone: Going[]; asksAtMs: number[] } {
  const { runs, durationMs, arrivesMs = () => 0, tasks = () => 1, cancel, untilMs = Infinity } = options;
  const state = emptyAdmission();
  const agenda = new Agenda();
  const tickets = new Map<number, number>();
  const gone: Going[] = [];
  const asksAtMs: number[] = [];
  for (let run = 0; run < runs; run++) agenda.add({ kind: 'ask', atMs: arrivesMs(run), run, ticket: null });
  if (cancel !== undefined) agenda.add({ kind: 'cancel', atMs: cancel.atMs });
  for (let event = agenda.next(); event !== undefined && event.atMs < untilMs; event = agenda.next()) {
    if (event.kind === 'end') {
      release(state, limits, event.tasks);
    } else if (event.kind === 'cancel') {
      for (const [run, ticket] of tickets)
        if (cancel?.picks(run) === true && tickets.delete(run)) abandon(state, ticket);
    } else {
      const { run, atMs } = event;
      if (event.ticket !== null && !tickets.has(run)) continue;
      const asked = { ticket: event.ticket ?? issueTicket(state), tasks: tasks(run), nowMs: atMs };
      const answer = ask(state, limits, asked);
      asksAtMs.push(atMs);
      if (answer.kind === 'wait') {
        tickets.set(run, answer.ticket);
        // Timers fire a little late, each by another amount.
        agenda.add({ kind: 'ask', atMs: answer.askAgainAtMs + ((run * 7) % 50), run, ticket: answer.ticket });
      } else {
        tickets.delete(run);
        const endMs = answer.atMs + durationMs(run);
        gone.push({ run, atMs: answer.atMs, endMs, tasks: asked.tasks });
        agenda.add({ kind: 'end', atMs: endMs, tasks: asked.tasks });
      }
    }
  }
  return { gone, asksAtMs };
}

/** Events by time, as a binary heap; those of the same time in the order in which they came. */
class Agenda {
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
