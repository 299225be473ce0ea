import type { HttpRequest } from '@azure/functions';

/**
 * A value of the route. While bodies stream, Azure's host keeps what the query says in the same place: the route's
 * value wins there, but under the query's spelling of the name. So the name's case is ignored, and where both are
 * there the name as the route spells it is the route's.
 */
export function routeValue({ params }: Pick<HttpRequest, 'params'>, name: string): string {
  if (Object.hasOwn(params, name)) return params[name] ?? '';
  const spelt = Object.keys(params).find((key) => key.toLowerCase() === name.toLowerCase());
  return spelt === undefined ? '' : (params[spelt] ?? '');
}
