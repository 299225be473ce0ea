import type { Endpoint } from '../handler.ts';
import type { QueryParameters } from '../query-string.ts';
import type { Operation, OperationParameter } from './operation.ts';

/** How a function behind HTTP is registered. */
export interface Route {
  name: string;
  /** The first is the one that is described; others are refused. */
  methods: readonly string[];
  /** Below `/api/`, with names in braces. */
  route: string;
  query: QueryParameters;
  access: NonNullable<Endpoint['access']>;
}

/** A route with what the documents say of it. */
export interface DescribedRoute extends Route {
  operation: Operation;
}

/** The operations in the order of their table, each with its route. Those that are not registered are left out. */
export function describedRoutes(
  operations: Readonly<Record<string, Operation>>,
  routes: readonly Route[],
): DescribedRoute[] {
  return Object.entries(operations).flatMap(([name, operation]) => {
    const route = routes.find((one) => one.name === name);
    return route === undefined ? [] : [{ ...route, operation }];
  });
}

/** A parameter of a described route. */
export interface DescribedParameter extends OperationParameter {
  name: string;
  in: 'path' | 'query';
}

/**
 * The parameters of the path and the query, in their order.
 * @throws Error where the route has a parameter that its operation does not describe, or the other way round
 */
export function parametersOf({ name: route, route: path, query, operation }: DescribedRoute): DescribedParameter[] {
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, place = '']) => place);
  const described = (kind: 'path' | 'query', names: readonly string[]): DescribedParameter[] => {
    const known = operation[kind] ?? {};
    const stray = [
      ...names.filter((name) => known[name] === undefined),
      ...Object.keys(known).filter((name) => !names.includes(name)),
    ];
    if (stray.length > 0)
      throw new Error(
        `The ${kind} parameter ${stray.join(', ')} of ${route} stands in its route or its operation only.`,
      );
    return names.flatMap((name) => (known[name] === undefined ? [] : [{ ...known[name], name, in: kind }]));
  };
  return [...described('path', places), ...described('query', Object.keys(query))];
}
