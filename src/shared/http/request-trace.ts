import type { InvocationContext } from '@azure/functions';
import { parseTraceparent } from '../domain/trace-context.ts';

/** The trace that a request for a run is a part of, and the span in it that asks. */
export interface RequestTrace {
  traceId?: string | undefined;
  parentSpanId?: string | undefined;
}

/**
 * What the caller says of its trace, else the trace that the host has made for the request. A host that continues the
 * caller's trace adds a span of its own, which may go to another receiver: the caller's is the one to hang from.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceOf(
  header: string | null,
  { traceContext }: Pick<InvocationContext, 'traceContext'>,
): RequestTrace {
  const trace = parseTraceparent(header) ?? parseTraceparent(traceContext?.traceParent);
  return trace === undefined ? {} : { traceId: trace.traceId, parentSpanId: trace.spanId };
}
