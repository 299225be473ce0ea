import { createHash } from 'node:crypto';
import type { TraceContext } from '../domain/trace-context.ts';

/** Something that took its time, as it is exported when it is over. Times are epoch ms. */
export interface Span extends TraceContext {
  /** What happened, in few words that are the same each time. */
  name: string;
  /** The span that it is a part of; none at the root of a trace. */
  parentSpanId?: string | undefined;
  /** `server`: it was asked for from outside; `client`: it waited for another system; else it was the gateway's own. */
  kind: 'server' | 'client' | 'internal';
  startMs: number;
  endMs: number;
  attributes: SpanAttributes;
  /** Why it failed, as a stable word; absent where it did not. */
  errorCode?: string | undefined;
}

/** What is known of a span. What is undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The id of a span that is named by what it is about: the same each time, so that what is exported twice is one span, and a
 * part can name its whole before that is over.
 */
export function spanIdOf(...names: readonly (string | number)[]): string {
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);
}
