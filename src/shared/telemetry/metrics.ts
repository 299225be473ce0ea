interface MetricTraits {
  /** What becomes of the values: they are added up, spread over buckets, or the last one stands. */
  kind: 'counter' | 'histogram' | 'gauge';
  /** By the Unified Code for Units of Measure, as OpenTelemetry asks for. */
  unit: string;
  description: string;
  /** What distinguishes the values: each of few values, and none of a caller's own words. */
  attributes: readonly string[];
}

/** Every metric of the gateway. A new one is a row here, and a line in docs/operations.md. */
export const METRICS = {
  'gateway.runs.accepted': {
    kind: 'counter',
    unit: '{run}',
    description: 'Runs that were accepted',
    attributes: ['workspace', 'source'],
  },
  'gateway.runs.completed': {
    kind: 'counter',
    unit: '{run}',
    description: 'Runs that have ended, by outcome and class of failure',
    attributes: ['workspace', 'outcome', 'failure_class'],
  },
  'gateway.queue.depth': {
    kind: 'gauge',
    unit: '{run}',
    description: 'Runs that wait before a workspace',
    attributes: ['workspace'],
  },
  'gateway.queue.wait': {
    kind: 'histogram',
    unit: 's',
    description: 'From when a run is queued to its first request to Databricks',
    attributes: ['workspace'],
  },
  'gateway.databricks.calls': {
    kind: 'counter',
    unit: '{call}',
    description: 'Requests to Databricks; `status` is none where no response came',
    attributes: ['workspace', 'operation', 'status'],
  },
  'gateway.databricks.throttled': {
    kind: 'counter',
    unit: '{call}',
    description: 'Requests that Databricks refused with 429',
    attributes: ['workspace', 'operation'],
  },
  'gateway.deliveries': {
    kind: 'counter',
    unit: '{notification}',
    description: 'Tries to notify',
    attributes: ['channel', 'result'],
  },
  'gateway.sql.rows': {
    kind: 'counter',
    unit: '{row}',
    description: 'Rows in responses',
    attributes: ['workspace', 'format'],
  },
  'gateway.sql.bytes': {
    kind: 'counter',
    unit: 'By',
    description: 'Bytes of rows in responses',
    attributes: ['workspace', 'format'],
  },
  'gateway.policy.refusals': {
    kind: 'counter',
    unit: '{request}',
    description: 'Requests that the policy refused',
    attributes: ['action', 'rule'],
  },
} as const satisfies Record<string, MetricTraits>;

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** What distinguishes the values of a metric. */
export type MetricAttributes<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['attributes'][number], string>
>;
