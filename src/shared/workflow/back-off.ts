/** 1, 2, 4 … 30 s: long outages cost little, short ones are noticed soon. */
export function backOffMs(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 5), 30_000);
}

/** 1, 2, 4 … 600 s: a receiver that is down is given time, and one that answers again is told soon. */
export function tellAgainMs(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 10), 600_000);
}
