import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { openOtlpTelemetry } from '../../../src/shared/telemetry/otlp-telemetry.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { spanIdOf, type Span } from '../../../src/shared/telemetry/span.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN: Span = {
  name: 'submit',
  traceId: TRACE,
  spanId: spanIdOf('submit', 'run1'),
  parentSpanId: spanIdOf('run', 'run1'),
  kind: 'client',
  startMs: 1_000,
  endMs: 2_500,
  attributes: { 'gateway.run.id': 'run1', note: 'with planted-secret in it', left: undefined },
  errorCode: 'TIMEOUT',
};

function open(endpoint: string, sampledShare = 1) {
  const records: LogRecord[] = [];
  const redactor = createRedactor();
  redactor.register('planted-secret');
  const log = createLog({ sink: (record) => records.push(record), redactor });
  const settings = {
    endpoint,
    headers: async () => ({ 'x-key': 'k' }),
    serviceName: 's',
    instanceId: 'i',
    sampledShare,
  };
  return { records, telemetry: openOtlpTelemetry({ settings, redactor, log }) };
}

it('sends spans with the ids and times that they are told with, and no secrets', async () => {
  await using receiver = await startOtlpReceiver();
  const { telemetry } = open(`${receiver.url}/`);

  telemetry.span(SPAN);
  telemetry.measure('gateway.sql.rows', 7, { workspace: 'default', format: 'csv' });
  telemetry.measure('gateway.queue.wait', 1.5, { workspace: 'default' });
  telemetry.measure('gateway.queue.depth', 3, { workspace: 'default' });
  await telemetry.flush(20_000);

  expect(receiver.spans).toEqual([
    {
      traceId: TRACE,
      spanId: SPAN.spanId,
      parentSpanId: SPAN.parentSpanId,
      name: 'submit',
      kind: 3,
      startTimeUnixNano: 1_000_000_000n,
      endTimeUnixNano: 2_500_000_000n,
      attributes: { 'gateway.run.id': 'run1', note: 'with [redacted] in it' },
      status: { code: 2, message: 'TIMEOUT' },
    },
  ]);
  expect(receiver.points.map(({ name, value }) => [name, value])).toEqual([
    ['gateway.queue.depth', 3],
    ['gateway.queue.wait', 1.5],
    ['gateway.sql.rows', 7],
  ]);
  expect(receiver.text()).toContain('"x-key":"k"');
});

it('makes a span without a parent the root of the trace that it is told with', async () => {
  await using receiver = await startOtlpReceiver();
  const { telemetry } = open(receiver.url);

  telemetry.span({ ...SPAN, parentSpanId: undefined });
  await telemetry.flush(20_000);

  expect(receiver.spans).toMatchObject([{ traceId: TRACE, spanId: SPAN.spanId }]);
  expect(receiver.spans[0]?.parentSpanId ?? '').toBe('');
});

it('sends none of the traces of which it is to send none', async () => {
  await using receiver = await startOtlpReceiver();
  const { telemetry } = open(receiver.url, 0);

  telemetry.span(SPAN);
  await telemetry.flush(20_000);
  expect(receiver.spans).toEqual([]);
});

it('waits no longer than it is told for a receiver that does not respond', async () => {
  await using receiver = await startOtlpReceiver();
  receiver.hang();
  const { telemetry } = open(receiver.url);

  telemetry.span(SPAN);
  await expect(telemetry.flush(50)).resolves.toBeUndefined();
});

it('says in the log that a receiver refuses what it is sent, once', async () => {
  const server = createServer((_, response) => response.writeHead(400).end());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { telemetry, records } = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  telemetry.span(SPAN);
  telemetry.measure('gateway.queue.depth', 3, { workspace: 'default' });
  await telemetry.flush(20_000);
  server.closeAllConnections();
  server.close();

  expect(records.map(({ event }) => event)).toEqual(['telemetry.not_sent']);
});
