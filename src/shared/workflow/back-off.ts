import { afterNamedTime } from '../domain/named-delay.ts';

/** 1, 2, 4 … 30 s: long outages cost little, short ones are noticed soon. */
export function backOffMs(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 5), 30_000);
}

/** When to try again after so many tries, epoch ms: after the back-off, and never before what a server has named. */
export function afterFailureMs(nowMs: number, tries: number, namedMs: number | null): number {
  return Math.max(nowMs + backOffMs(tries), namedMs === null ? 0 : afterNamedTime(namedMs));
}

/** 1, 2, 4 … 600 s: a receiver that is down is given time, and one that responds again is notified soon. */
export function notifyAgainMs(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(tries, 10), 600_000);
}
