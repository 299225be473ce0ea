/** 1, 2, 4 … 30 s: long outages cost little, short ones are noticed soon. */
export function backOffMs(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 5), 30_000);
}
