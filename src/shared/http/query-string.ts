import { MAX_ERRORS, ProblemError, type FieldError } from './problem.ts';

/** What the Functions host takes from the query itself, whatever its case. */
const PLATFORM_PARAMETERS: ReadonlySet<string> = new Set(['code', 'clientid']);

/** The query parameters that an endpoint knows; `once`: at most one of the name, `any`: as many as the caller likes. */
export type QueryParameters = Readonly<Record<string, 'once' | 'any'>>;

/**
 * @throws {ProblemError} 400 that names each parameter which the endpoint does not know, or which is given too often
 */
export function checkQuery(query: URLSearchParams, known: QueryParameters): void {
  const errors = [...new Set(query.keys())].flatMap((name) => {
    const message = wrongWith(name, query, known);
    return message === undefined ? [] : [{ path: `/${escaped(name)}`, message }];
  });
  if (errors.length > 0) throw wrongParameters(errors.slice(0, MAX_ERRORS));
}

/** A problem document about query parameters. */
export function wrongParameters(errors: FieldError[]): ProblemError {
  return new ProblemError('INVALID_PARAMETER', 'A query parameter is wrong.', { errors });
}

function wrongWith(name: string, query: URLSearchParams, known: QueryParameters): string | undefined {
  if (PLATFORM_PARAMETERS.has(name.toLowerCase())) return undefined;
  if (!Object.hasOwn(known, name)) return 'There is no query parameter of this name here.';
  return known[name] === 'once' && query.getAll(name).length > 1 ? 'It is given more than once.' : undefined;
}

/** As a part of a JSON Pointer, and short: it is the caller's own text. */
function escaped(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
