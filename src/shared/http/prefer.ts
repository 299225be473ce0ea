import { wrongParameters } from './query-string.ts';

const MAX_WAIT_SECONDS = 60;

/** `Prefer: wait=N` (RFC 7240 §4.3) in ms, clamped to a minute; 0 where it was not asked for. */
export function preferredWaitMs(prefer: string | null): number {
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?/i.exec(prefer ?? '');
  return match === null ? 0 : Math.min(Number(match[1]), MAX_WAIT_SECONDS) * 1_000;
}

/** A query parameter that is either absent, `true` or `false`. @throws {ProblemError} 400 */
export function booleanParameter(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === 'false') return false;
  if (value === 'true' || value === '') return true;
  throw wrongParameters([{ path: `/${name}`, message: 'Expected true or false.' }]);
}
