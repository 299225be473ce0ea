import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/*
 * The JSON form of OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])));

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes,
  status: z.object({ code: z.number().default(0), message: z.string().optional() }),
});

const tracesSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

const dataPoint = z.looseObject({ attributes, asInt: z.coerce.number().optional(), asDouble: z.number().optional() });
const points = z.object({ dataPoints: z.array(dataPoint) }).optional();
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(z.object({ name: z.string(), sum: points, gauge: points, histogram: points })),
        }),
      ),
    }),
  ),
});

/** A span as it was received. */
export type ReceivedSpan = z.infer<typeof span>;

/** A value of a metric as it was received. */
export interface ReceivedPoint {
  name: string;
  attributes: Record<string, unknown>;
  value: number;
}

/** A receiver of OTLP over HTTP, in JSON. */
export interface OtlpReceiver extends AsyncDisposable {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is set to. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly points: readonly ReceivedPoint[];
  /** All that was received, as text, with its headers. */
  text(): string;
  /** From now on, requests are taken and never responded to. */
  hang(): void;
}

/** Starts a receiver on a free port. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const received: ReceivedPoint[] = [];
  const texts: string[] = [];
  let isHanging = false;
  const server = createServer((request, response) => {
    if (isHanging) return;
    void (async () => {
      const body = await json(request);
      texts.push(JSON.stringify([request.url, request.headers, body]));
      if (request.url === '/v1/traces')
        for (const { scopeSpans } of tracesSchema.parse(body).resourceSpans)
          spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      else if (request.url === '/v1/metrics')
        for (const { scopeMetrics } of metricsSchema.parse(body).resourceMetrics)
          received.push(...scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(pointsOf)));
      response.setHeader('content-type', 'application/json').end('{}');
    })().catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    points: received,
    text: () => texts.join('\n'),
    hang: () => (isHanging = true),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type ReceivedMetric = z.infer<
  typeof metricsSchema
>['resourceMetrics'][number]['scopeMetrics'][number]['metrics'][number];

function pointsOf({ name, sum, gauge, histogram }: ReceivedMetric): ReceivedPoint[] {
  const list = [sum, gauge, histogram].flatMap((each) => each?.dataPoints ?? []);
  return list.map((point) => ({
    name,
    attributes: point.attributes,
    value: point.asInt ?? point.asDouble ?? Number(point['sum']),
  }));
}
