import { nearestWord } from '../domain/nearest-word.ts';
import { ProblemError } from './problem.ts';

/** What a function is registered under: its methods, and its path below `/api`. */
export interface RegisteredRoute {
  methods: readonly string[];
  /** With `{name}` for what varies. */
  route: string;
}

const MAX_SHOWN_CHARS = 200;

/**
 * What is returned for a request that no function takes: 404, as by Azure's own host, for which the method is a part of
 * the route; with the methods that the path has, or the path that was most likely meant. `path` is that of the request's
 * URL.
 */
export function unknownRoute(method: string, path: string, routes: readonly RegisteredRoute[]): ProblemError {
  const shown = path.slice(0, MAX_SHOWN_CHARS);
  const segments = segmentsOf(path.replace(/^\/api(?=\/|$)/i, ''));
  const methods = routes.filter(({ route }) => fits(segmentsOf(route), segments)).flatMap((each) => each.methods);
  if (methods.length > 0) {
    const allow = [...new Set(methods)].toSorted().join(', ');
    return new ProblemError('UNKNOWN_ROUTE', `${shown} takes ${allow}, not ${method}.`, { allow });
  }
  const nearest = routes.map(({ route }) => route).find((route) => isNear(segmentsOf(route), segments));
  const guess = nearest === undefined ? '' : ` Did you mean /api/${nearest}?`;
  return new ProblemError('UNKNOWN_ROUTE', `There is no ${shown} here.${guess}`);
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function isVariable(segment: string): boolean {
  return segment.startsWith('{');
}

function fits(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length &&
    route.every((segment, index) => isVariable(segment) || segment.toLowerCase() === path[index]?.toLowerCase())
  );
}

function isNear(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length &&
    path.length > 0 &&
    route.every((segment, index) => isVariable(segment) || nearestWord(path[index] ?? '', [segment]) !== undefined)
  );
}
