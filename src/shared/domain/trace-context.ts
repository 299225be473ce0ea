/**
 * Where in a trace something stands: the trace, and the span that it is a part of; hex in lower case.
 * @see https://www.w3.org/TR/trace-context/
 */
export interface TraceContext {
  traceId: string;
  spanId: string;
}

const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** What a `traceparent` header says; undefined for none, and for one that breaks the form of its version. */
export function parseTraceparent(header: string | null | undefined): TraceContext | undefined {
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/.exec(header?.trim() ?? '') ?? [];
  // Later versions may say more at the end; the first may not, and ff is none.
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  return traceId === NO_TRACE || spanId === NO_SPAN ? undefined : { traceId, spanId };
}

/** The `traceparent` header of a request that is made within a span, which is recorded. */
export function traceparent({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`;
}
