/** Who is ahead of whom, in constant space: tickets are numbers, and only those that were given back are remembered. */
export interface TicketQueue {
  issued: number;
  /** How many tickets have left the queue: admitted, lost, or given back at its front. */
  passed: number;
  /** Tickets given back further behind: `[first, last, how many of them]`, in order. */
  abandoned: [number, number, number][];
}

type Range = TicketQueue['abandoned'][number];

/** More ranges than this are joined where that hides least; within a joined range, positions are only likely. */
const MAX_RANGES = 200;

/** How many runs hold a ticket and have not been admitted. */
export function waiting({ issued, passed, abandoned }: TicketQueue): number {
  return Math.max(0, issued - passed - abandoned.reduce((sum, [, , count]) => sum + count, 0));
}

/** How many runs are sure to wait ahead of this ticket. */
export function aheadOf(queue: TicketQueue, ticket: number): number {
  return aheadBy(queue, ticket, ([, , gone]) => gone);
}

/** How many runs are likely to wait ahead of this ticket. */
export function likelyAheadOf(queue: TicketQueue, ticket: number): number {
  return aheadBy(queue, ticket, ([first, last, gone]) =>
    ticket > last ? gone : Math.round((gone * (ticket - first)) / (last - first + 1)),
  );
}

function aheadBy({ passed, abandoned }: TicketQueue, ticket: number, goneOf: (range: Range) => number): number {
  const gone = abandoned.reduce((sum, range) => (range[0] < ticket ? sum + goneOf(range) : sum), 0);
  return Math.max(0, ticket - passed - gone);
}

/** So many leave the queue at its front. */
export function passTickets(queue: TicketQueue, count: number): void {
  queue.passed += count;
  // What was given back and is now at the front needs no remembering: all who still wait are behind it, or next.
  for (
    let [first] = queue.abandoned;
    first !== undefined && aheadOf(queue, first[0]) === 0;
    [first] = queue.abandoned
  ) {
    queue.passed += first[2];
    queue.abandoned = queue.abandoned.slice(1);
  }
}

/** Takes a ticket out of the queue. Those ahead of it keep their positions. */
export function abandonTicket(queue: TicketQueue, ticket: number): void {
  const around = queue.abandoned.find(([first, last]) => first <= ticket && ticket <= last);
  if (around !== undefined) around[2] = Math.min(around[2] + 1, spanOf(around));
  else {
    const behind = queue.abandoned.findIndex(([first]) => first > ticket);
    const place = behind === -1 ? queue.abandoned.length : behind;
    queue.abandoned = joined(queue.abandoned.toSpliced(place, 0, [ticket, ticket, 1]));
  }
  passTickets(queue, 0);
}

function spanOf([first, last]: Range): number {
  return last - first + 1;
}

/** Ranges in order, of which those that adjoin are one, and no more than may be. */
function joined(ranges: readonly Range[]): Range[] {
  const whole: Range[] = [];
  for (const range of ranges) {
    const before = whole.at(-1);
    const adjoins = before !== undefined && before[1] + 1 === range[0] && hidden(before) === 0 && hidden(range) === 0;
    if (adjoins) whole[whole.length - 1] = join(before, range);
    else whole.push(range);
  }
  if (whole.length > MAX_RANGES) joinClosest(whole);
  return whole;
}

/** Joins the two neighbours that hide least; it makes no ranges to compare them. */
function joinClosest(ranges: Range[]): void {
  let closest = 0;
  let least = Infinity;
  for (let place = 1; place < ranges.length; place++) {
    const [before, range] = [ranges[place - 1], ranges[place]];
    if (before === undefined || range === undefined) continue;
    const hides = range[1] - before[0] + 1 - before[2] - range[2];
    if (hides >= least) continue;
    least = hides;
    closest = place - 1;
  }
  const [first, second] = ranges.slice(closest, closest + 2);
  if (first !== undefined && second !== undefined) ranges.splice(closest, 2, join(first, second));
}

function join([first, , some]: Range, [, last, more]: Range): Range {
  return [first, last, some + more];
}

/** How many tickets of a range are still in the queue. */
function hidden(range: Range): number {
  return spanOf(range) - range[2];
}
