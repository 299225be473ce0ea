import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Meter,
} from '@opentelemetry/api';
import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from './log.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { Span } from './span.ts';

/*
 * The SDK of OpenTelemetry and its exporter: a part of its own of the bundle, which only `otlp-telemetry.ts` loads.
 * Nothing of it is registered globally, so no library begins spans of its own.
 */

/** Where the receiver of OTLP over HTTP is, in JSON, and what is sent. */
export interface OtlpSettings {
  /** The base of its addresses: `/v1/traces` and `/v1/metrics` are below. */
  endpoint: string;
  /** Sent with every request; they may hold a key. Throws nothing. */
  headers: () => Promise<Record<string, string>>;
  serviceName: string;
  /** What distinguishes the instances of the app. */
  instanceId: string;
  /** The share of traces that is sent, 0 to 1; of a trace all spans, or none. */
  sampledShare: number;
}

/** Sends spans and figures to a receiver, in batches. */
export interface OtlpExporter {
  span(span: Span): void;
  measure(name: MetricName, value: number, attributes: Readonly<Record<string, string>>): void;
  /** Sends what is held; resolves when it has arrived, or was given up. */
  flush(): Promise<void>;
}

const SCOPE = 'databricks-gateway';
/** One request; the SDK tries again what may succeed later, until this is over. */
const TIMEOUT_MS = 10_000;
const EXPORT_INTERVAL_MS = 10_000;
/** Beyond, spans are dropped: a receiver that is down costs no memory. */
const MAX_HELD_SPANS = 2_048;
const REPORT_AGAIN_MS = 300_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Opens an exporter; nothing goes over the wire yet. */
export function openOtlpExporter(settings: OtlpSettings, log: Log): OtlpExporter {
  const ids = new GivenIds();
  const resource = resourceFromAttributes({
    'service.name': settings.serviceName,
    'service.instance.id': settings.instanceId,
  });
  const common = { headers: settings.headers, timeoutMillis: TIMEOUT_MS };
  const base = settings.endpoint.replace(/\/+$/, '');
  const traces = new OTLPTraceExporter({ ...common, url: `${base}/v1/traces` });
  const metrics = new OTLPMetricExporter({
    ...common,
    url: `${base}/v1/metrics`,
    // Instances come and go: each sends what was added since, and none a total of its own.
    temporalityPreference: AggregationTemporalityPreference.DELTA,
  });
  const reported = reportFailures(log);
  const tracing = new TracerProvider({
    resource,
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(settings.sampledShare),
    spanProcessors: [new BatchSpanProcessor({ exporter: reported(traces), maxQueueSize: MAX_HELD_SPANS })],
  });
  const metering = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({ exporter: reported(metrics), exportIntervalMillis: EXPORT_INTERVAL_MS }),
    ],
  });
  const tracer = tracing.getTracer(SCOPE);
  const record = recorder(metering.getMeter(SCOPE));
  return {
    span({ name, kind, startMs, endMs, attributes, errorCode, ...place }) {
      ids.next = place;
      // A number might be taken for a time since the start of the process.
      const startTime = new Date(startMs);
      const span = tracer.startSpan(name, { kind: KINDS[kind], startTime, attributes }, parentOf(place));
      if (errorCode !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: errorCode });
      span.end(new Date(endMs));
    },
    measure: (name, value, attributes) => record[name](value, attributes),
    flush: async () => {
      await Promise.allSettled([tracing.forceFlush(), metering.forceFlush()]);
    },
  };
}

/** Spans are exported with the ids that they have: the SDK asks for them where it would make some. */
class GivenIds {
  next: Pick<Span, 'traceId' | 'spanId'> = { traceId: '', spanId: '' };
  readonly generateTraceId = () => this.next.traceId;
  readonly generateSpanId = () => this.next.spanId;
}

function parentOf({ traceId, parentSpanId }: Pick<Span, 'traceId' | 'parentSpanId'>): Context {
  if (parentSpanId === undefined) return ROOT_CONTEXT;
  const parent = { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

type Measure = (value: number, attributes: Readonly<Record<string, string>>) => void;

/** An instrument for each metric of the table. */
function recorder(meter: Meter): Record<MetricName, Measure> {
  const instruments = Object.entries(METRICS).map(([name, { kind, unit, description }]) => {
    const options = { unit, description };
    if (kind === 'gauge') {
      const gauge = meter.createGauge(name, options);
      return [name, (value: number, attributes: Record<string, string>) => gauge.record(value, attributes)];
    }
    if (kind === 'histogram') {
      const histogram = meter.createHistogram(name, options);
      return [name, (value: number, attributes: Record<string, string>) => histogram.record(value, attributes)];
    }
    const counter = meter.createCounter(name, options);
    return [name, (value: number, attributes: Record<string, string>) => counter.add(value, attributes)];
  });
  return Object.fromEntries(instruments) as Record<MetricName, Measure>;
}

interface Exporting {
  export(items: never, done: (result: { code: number; error?: Error }) => void): void;
}

/** Says in the log that something could not be sent, once in five minutes: the rest is dropped in silence. */
function reportFailures(log: Log): <Exporter extends Exporting>(exporter: Exporter) => Exporter {
  let reportedAtMs = -Infinity;
  return (exporter) => {
    const send = exporter.export.bind(exporter);
    exporter.export = (items, done) =>
      send(items, (result) => {
        if (result.code !== 0 && performance.now() - reportedAtMs >= REPORT_AGAIN_MS) {
          reportedAtMs = performance.now();
          log.warn('telemetry.not_sent', { error: result.error });
        }
        done(result);
      });
    return exporter;
  };
}
