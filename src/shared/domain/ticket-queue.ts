/** Who is ahead of whom, in constant space: tickets are numbers, and only those that were given back are remembered. */
export interface TicketQueue {
  issued: number;
  /** How many tickets have left the line: admitted, lost, or given back at its front. */
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
export function aheadOf(line: TicketQueue, ticket: number): number {
  return aheadBy(line, ticket, ([, , gone]) => gone);
}

/** How many runs are likely to wait ahead of this ticket. */
export function likelyAheadOf(line: TicketQueue, ticket: number): number {
  return aheadBy(line, ticket, ([first, last, gone]) =>
    ticket > last ? gone : Math.round((gone * (ticket - first)) / (last - first + 1)),
  );
}

function aheadBy({ passed, abandoned }: TicketQueue, ticket: number, goneOf: (range: Range) => number): number {
  const gone = abandoned.reduce((sum, range) => (range[0] < ticket ? sum + goneOf(range) : sum), 0);
  return Math.max(0, ticket - passed - gone);
}

/** So many leave the line at its front. */
export function passTickets(line: TicketQueue, count: number): void {
  line.passed += count;
  // What was given back and is now at the front needs no remembering: all who still wait are behind it, or next.
  for (let [first] = line.abandoned; first !== undefined && aheadOf(line, first[0]) === 0; [first] = line.abandoned) {
    line.passed += first[2];
    line.abandoned = line.abandoned.slice(1);
  }
}

/** Takes a ticket out of the line. Those ahead of it keep their positions. */
export function abandonTicket(line: TicketQueue, ticket: number): void {
  const around = line.abandoned.find(([first, last]) => first <= ticket && ticket <= last);
  if (around !== undefined) around[2] = Math.min(around[2] + 1, spanOf(around));
  else line.abandoned = joined([...line.abandoned, [ticket, ticket, 1]]);
  passTickets(line, 0);
}

function spanOf([first, last]: Range): number {
  return last - first + 1;
}

function joined(ranges: readonly Range[]): Range[] {
  const whole: Range[] = [];
  for (const [first, last, count] of ranges.toSorted(([one], [other]) => one - other)) {
    const before = whole.at(-1);
    const adjoins = before !== undefined && before[1] + 1 === first && hidden(before) === 0;
    if (adjoins && count === last - first + 1) whole.splice(-1, 1, join(before, [first, last, count]));
    else whole.push([first, last, count]);
  }
  if (whole.length <= MAX_RANGES) return whole;
  const pairs = whole.slice(1).map((range, index) => hidden(join(whole[index] ?? range, range)));
  const closest = pairs.indexOf(Math.min(...pairs));
  return whole.flatMap((range, index) => {
    const next = whole[index + 1];
    if (index === closest && next !== undefined) return [join(range, next)];
    return index === closest + 1 ? [] : [range];
  });
}

function join([first, , some]: Range, [, last, more]: Range): Range {
  return [first, last, some + more];
}

/** How many tickets of a range are still in the line. */
function hidden(range: Range): number {
  return spanOf(range) - range[2];
}
