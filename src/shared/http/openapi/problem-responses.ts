import { STATUS_OF_CODE, type ProblemCode } from '../error-table.ts';
import type { DescribedRoute } from './described-route.ts';
import { ANY_BODY, ANY_CALLER, ANY_REQUEST } from './problem-groups.ts';

/** The codes of problem documents that a route can respond with, by status, in the order of the error table. */
export function problemsOf({ operation, access }: DescribedRoute): [status: number, codes: ProblemCode[]][] {
  const possible: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
    ...ANY_REQUEST,
    ...(access === 'callers' ? ANY_CALLER : []),
    ...(operation.body === undefined ? [] : ANY_BODY),
    ...operation.problems,
  ]);
  const all = Object.keys(STATUS_OF_CODE) as ProblemCode[];
  const codes = all.filter(
    (code) => possible.has(code) && !(access === 'open-at-any-host' && code === 'MISDIRECTED_REQUEST'),
  );
  return [...Map.groupBy(codes, (code) => STATUS_OF_CODE[code])].toSorted(([left], [right]) => left - right);
}

/** What such a response brings beside its document. */
export function problemHeaders(status: number): ('Retry-After' | 'WWW-Authenticate')[] {
  if (status === 401) return ['WWW-Authenticate'];
  return status === 429 || status === 503 ? ['Retry-After'] : [];
}
