import type { ApiVersion, Operation } from './operation.ts';

const API_PATH = /^\/api\/(\d\.\d)\/(.+?)\/?$/;

/** The operation of a request, and what its path says. */
export interface Match<Services> {
  operation: Operation<Services>;
  version: ApiVersion;
  params: Record<string, string>;
}

/** Finds the operation that a method and a path ask for; undefined where there is none. */
export type OperationTable<Services> = (method: string, pathname: string) => Match<Services> | undefined;

/** A table of operations, which the versions serve alike; an exact path goes before a pattern. */
export function operationTable<Services>(
  operations: readonly Operation<Services>[],
  versions: readonly ApiVersion[] = ['2.0', '2.1', '2.2'],
): OperationTable<Services> {
  const exact = new Map(operations.map((operation) => [`${operation.method} ${operation.path}`, operation]));
  const patterns = operations
    .filter(({ path }) => path.includes('{'))
    .map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  return (method, pathname) => {
    const [, named, path = ''] = API_PATH.exec(pathname) ?? [];
    const version = versions.find((each) => each === named);
    if (version === undefined) return undefined;
    const operation = exact.get(`${method} ${path}`);
    if (operation !== undefined) return { operation, version, params: {} };
    for (const { operation: candidate, pattern } of patterns) {
      const found = candidate.method === method ? pattern.exec(path) : null;
      if (found !== null) return { operation: candidate, version, params: { ...found.groups } };
    }
    return undefined;
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\+\}/g, '(?<$1>.+)').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}
