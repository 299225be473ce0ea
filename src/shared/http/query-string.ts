import { nearestWord } from '../domain/nearest-word.ts';
import { MAX_ERRORS, ProblemError, type FieldError } from './problem.ts';

/** What the Functions host takes from the query itself, whatever its case. */
const PLATFORM_PARAMETERS: ReadonlySet<string> = new Set(['code', 'clientid']);

/** What every route takes: whether JSON is written for people. */
const PRETTY = 'pretty';

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
  const [first] = errors;
  const detail = `Query parameter ${first?.path.slice(1) ?? ''}: ${first?.message ?? ''}`;
  return new ProblemError('INVALID_PARAMETER', detail, { errors });
}

/** Whether JSON is to be written for people: `?pretty`, or `?pretty=true`. */
export function isPretty(query: URLSearchParams): boolean {
  return ['', 'true', '1'].includes(query.get(PRETTY) ?? 'false');
}

function wrongWith(name: string, query: URLSearchParams, known: QueryParameters): string | undefined {
  if (PLATFORM_PARAMETERS.has(name.toLowerCase())) return undefined;
  if (name === PRETTY)
    return /^(?:|1|0|true|false)$/.test(query.get(name) ?? '') ? undefined : 'Expected true or false.';
  if (!Object.hasOwn(known, name)) return unknownName(name, Object.keys(known));
  return known[name] === 'once' && query.getAll(name).length > 1 ? 'It is given more than once.' : undefined;
}

/** As a part of a JSON Pointer, and short: it is the caller's own text. */
function escaped(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestWord(name.slice(0, 100), known);
  const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `There is no such parameter here.${guess} Known: ${[...known, PRETTY].join(', ')}.`;
}
