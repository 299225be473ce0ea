import { abandonTicket, aheadOf, likelyAheadOf, passTickets, waiting, type TicketQueue } from './ticket-queue.ts';

/** Whose run it is, by a key of one length. `activeLimit`: how many runs of the caller may be admitted at once. */
export interface QueuedCaller {
  key: string;
  activeLimit: number | null;
}

/** The runs of one caller that wait, in the order of their tickets. */
export interface CallerQueue extends TicketQueue {
  key: string;
  activeLimit: number | null;
  /** How many runs of a caller with such a limit have been admitted and not released. */
  active: number;
  /** How many runs have drawn a ticket lately, by ten minutes: `[number of the ten minutes, count]`, oldest first. */
  drawn: [number, number][];
}

/**
 * The queue of a workspace in space that does not grow with it: one queue a caller, served in turns, one run at a time,
 * so that the many runs of one caller keep no other's waiting.
 */
export interface CallerQueues {
  queues: CallerQueue[];
  /** The index of the queue whose turn it is. */
  turn: number;
}

/** Callers beyond so many share queues with others. */
const MAX_QUEUES = 128;

/**
 * A ticket is its number in its queue and the index of that, so that those of a workspace with one caller are 0, 1, 2,
 * …
 */
const TICKETS_PER_QUEUE = 2 ** 40;

const HOUR_MS = 3_600_000;
const STEP_MS = 600_000;
const STEPS = HOUR_MS / STEP_MS;

/** Gives the next ticket of a caller. `isNew`: the run has not been counted before. */
export function issueTicket(
  state: CallerQueues,
  caller: QueuedCaller = { key: '', activeLimit: null },
  { nowMs = 0, isNew = true }: { nowMs?: number; isNew?: boolean } = {},
): number {
  const index = indexFor(state, caller);
  const queue = queueAt(state, index);
  if (isNew) {
    const step = Math.floor(nowMs / STEP_MS);
    const [latest, count = 0] = queue.drawn.at(-1) ?? [];
    const others = latest === step ? queue.drawn.slice(0, -1) : queue.drawn;
    queue.drawn = [...others.filter(([number]) => number >= step - STEPS), [step, latest === step ? count + 1 : 1]];
  }
  return index * TICKETS_PER_QUEUE + queue.issued++;
}

/** How many tickets have been issued. */
export function issued({ queues }: CallerQueues): number {
  return queues.reduce((sum, queue) => sum + queue.issued, 0);
}

/** How many runs hold a ticket and have not been admitted. */
export function allWaiting({ queues }: CallerQueues): number {
  return queues.reduce((sum, queue) => sum + waiting(queue), 0);
}

/** The queue of a caller; undefined where it has none of its own. */
export function queueOfCaller({ queues }: CallerQueues, key: string): CallerQueue | undefined {
  return queues.find((queue) => queue.key === key);
}

/** The queue of a ticket. */
export function queueOfTicket(state: CallerQueues, ticket: number): CallerQueue {
  return queueAt(state, indexOf(ticket));
}

/**
 * How many runs of a caller have drawn a ticket in the last hour, or in up to ten minutes more, and until when the
 * first counts.
 */
export function drawnWithinHour({ drawn }: CallerQueue, nowMs: number): { count: number; untilMs: number } {
  const counted = drawn.filter(([step]) => step >= Math.floor(nowMs / STEP_MS) - STEPS);
  const [first] = counted;
  return {
    count: counted.reduce((sum, [, count]) => sum + count, 0),
    untilMs: first === undefined ? nowMs : (first[0] + STEPS + 1) * STEP_MS,
  };
}

/** How many runs are sure to go before this ticket. */
export function aheadInTurns(state: CallerQueues, ticket: number): number {
  return aheadBy(state, ticket, aheadOf(queueOfTicket(state, ticket), numberOf(ticket)));
}

/** How many runs are likely to go before this ticket. */
export function likelyAheadInTurns(state: CallerQueues, ticket: number): number {
  return aheadBy(state, ticket, likelyAheadOf(queueOfTicket(state, ticket), numberOf(ticket)));
}

/** Whether as many runs of the caller as may be are active, with those of it that are ahead. */
export function isHeld(state: CallerQueues, ticket: number): boolean {
  const queue = queueOfTicket(state, ticket);
  return queue.activeLimit !== null && aheadOf(queue, numberOf(ticket)) >= headroom(queue);
}

/** A run leaves the queue at its front; it is the turn of the next queue. */
export function passTicket(state: CallerQueues, ticket: number): void {
  const index = indexOf(ticket);
  passTickets(queueAt(state, index), 1);
  state.turn = (index + 1) % state.queues.length;
}

/** Takes a ticket out of its queue. Those ahead of it keep their positions. */
export function giveUpTicket(state: CallerQueues, ticket: number): void {
  abandonTicket(queueOfTicket(state, ticket), numberOf(ticket));
}

/** Passes all those ahead of a ticket, and returns their tickets, as far as these are known. */
export function passAhead(state: CallerQueues, ticket: number): number[] {
  const own = aheadOf(queueOfTicket(state, ticket), numberOf(ticket));
  const counts = state.queues.map((_queue, index) => goingBefore(state, ticket, own, index));
  return state.queues.flatMap((queue, index) => {
    const first = index * TICKETS_PER_QUEUE + queue.passed;
    passTickets(queue, counts[index] ?? 0);
    return Array.from({ length: counts[index] ?? 0 }, (_, place) => first + place);
  });
}

/** So many leave, of whom it is unknown where they stood: those of the longest queues. */
export function passAny(state: CallerQueues, count: number): void {
  for (let left = count; left > 0; left--) {
    const [longest] = state.queues.toSorted((one, other) => waiting(other) - waiting(one));
    if (longest === undefined || waiting(longest) === 0) return;
    passTickets(longest, 1);
  }
}

function aheadBy(state: CallerQueues, ticket: number, own: number): number {
  return state.queues.reduce((sum, _queue, index) => sum + goingBefore(state, ticket, own, index), 0);
}

/** How many of a queue go before a ticket that has so many of its own ahead. */
function goingBefore(state: CallerQueues, ticket: number, own: number, index: number): number {
  const ownIndex = indexOf(ticket);
  if (index === ownIndex) return own;
  const queue = queueAt(state, index);
  const turns = own + (rankOf(state, index) < rankOf(state, ownIndex) ? 1 : 0);
  return Math.min(waiting(queue), headroom(queue), turns);
}

function headroom({ activeLimit, active }: CallerQueue): number {
  return activeLimit === null ? Infinity : Math.max(0, activeLimit - active);
}

function rankOf({ turn, queues }: CallerQueues, index: number): number {
  return (index - turn + queues.length) % queues.length;
}

function indexOf(ticket: number): number {
  return Math.floor(ticket / TICKETS_PER_QUEUE);
}

function numberOf(ticket: number): number {
  return ticket % TICKETS_PER_QUEUE;
}

function queueAt({ queues }: CallerQueues, index: number): CallerQueue {
  return queues[index] ?? newQueue({ key: '', activeLimit: null });
}

/** That of the caller, a new one, one that is not needed any more, or one that the caller shares. */
function indexFor({ queues }: CallerQueues, caller: QueuedCaller): number {
  const own = queues.findIndex(({ key }) => key === caller.key);
  const index = own === -1 ? indexOfIdle(queues) : own;
  const queue = queues[index];
  if (queue !== undefined) Object.assign(queue, caller, own === -1 ? { drawn: [] } : {});
  else if (index === -1) return Number.parseInt(caller.key.slice(0, 8), 16) % MAX_QUEUES;
  else queues.push(newQueue(caller));
  return index;
}

/** The index of a queue that a caller may have; -1 where all are taken. */
function indexOfIdle(queues: readonly CallerQueue[]): number {
  if (queues.length < MAX_QUEUES) return queues.length;
  return queues.findIndex((queue) => waiting(queue) === 0 && queue.active === 0);
}

function newQueue(caller: QueuedCaller): CallerQueue {
  return { ...caller, active: 0, drawn: [], issued: 0, passed: 0, abandoned: [] };
}
