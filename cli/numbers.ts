import { UsageError } from './failures.ts';

/** A number of seconds of at most a month. @throws {UsageError} */
export function secondsOf(option: string, text: string): number {
  const seconds = /^\d{1,7}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= 31 * 86_400) return seconds;
  throw new UsageError(`${option} takes a number of seconds.`);
}

/** A whole number of at least 1. @throws {UsageError} */
export function countOf(option: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${option} takes a whole number of at least 1.`);
}
