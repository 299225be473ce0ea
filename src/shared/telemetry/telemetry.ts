import type { MetricAttributes, MetricName } from './metrics.ts';
import type { Span } from './span.ts';

/** Where spans and figures go. Nothing here throws, or waits for anything but `flush`. */
export interface Telemetry {
  /** Whether anything is recorded at all; where it is not, nothing needs to be made to be recorded. */
  readonly isOn: boolean;
  span(span: Span): void;
  /** Adds to a counter, notes a value of a histogram, or says how much there is now. */
  measure<Name extends MetricName>(name: Name, value: number, attributes: MetricAttributes<Name>): void;
  /** Sends what has been recorded. Resolves when it has arrived, has failed, or `timeoutMs` have passed. */
  flush(timeoutMs: number): Promise<void>;
}

/** Where no receiver is set: nothing is recorded, and nothing loaded. */
export const NO_TELEMETRY: Telemetry = {
  isOn: false,
  span: () => {},
  measure: () => {},
  flush: async () => {},
};
