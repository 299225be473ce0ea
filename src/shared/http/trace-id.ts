import type { InvocationContext } from '@azure/functions';

/**
 * The trace that the host has put a request into, or made for it; undefined where there is none.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceIdOf({ traceContext }: Pick<InvocationContext, 'traceContext'>): string | undefined {
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(traceContext?.traceParent ?? '')?.[1];
}
