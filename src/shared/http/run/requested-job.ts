import type { HttpRequest } from '@azure/functions';
import type { RunTarget } from '../../domain/run-request.ts';
import { wrongParameters } from '../query-string.ts';
import { routeValue } from '../route-value.ts';

/** The saved job that a request names. */
export type RequestedJob = (RunTarget & { kind: 'run_now' })['job'];

/** Stands in the path for a name that is in the query. */
const IN_QUERY = '-';

/**
 * The job that `jobs/{job}/runs` names: all digits are an id, anything else a name. Hosts leave a `%2F` of the path as
 * it is and decode everything else, so it is decoded here; a name that holds `%2F` itself cannot be distinguished from it, and
 * comes as `?name=`.
 * @throws {ProblemError} 400 where path and query both name a job
 */
export function requestedJob(request: Pick<HttpRequest, 'params' | 'query'>): RequestedJob {
  const inPath = routeValue(request, 'job');
  const inQuery = request.query.get('name');
  if (inQuery === null) return /^\d+$/.test(inPath) ? { id: jobId(inPath) } : { name: inPath.replaceAll(/%2f/gi, '/') };
  if (inPath !== IN_QUERY)
    throw wrongParameters([{ path: '/name', message: `The path names a job too: give ${IN_QUERY} there.` }]);
  if (inQuery === '') throw wrongParameters([{ path: '/name', message: 'Expected the name of a job.' }]);
  return { name: inQuery };
}

/** Ids as Databricks writes them: JSON knows no number with a zero before it. */
export function jobId(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}
