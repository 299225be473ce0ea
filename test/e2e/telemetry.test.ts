import { expect, it } from 'vitest';
import { startFileStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';
import { startOtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';

const PLANTED = 'planted-secret-4711';

const receiver = await startOtlpReceiver();
const { gateway } = await startFileStack({
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=planted-receiver-key' },
  isNotified: true,
});

const startMs = ({ startTimeUnixNano }: ReceivedSpan) => Number(startTimeUnixNano / 1_000_000n);
const endMs = ({ endTimeUnixNano }: ReceivedSpan) => Number(endTimeUnixNano / 1_000_000n);

async function spansOf(traceId: string, name: string): Promise<ReceivedSpan[]> {
  const spans = () => receiver.spans.filter((span) => span.traceId === traceId);
  await expect.poll(() => spans().map((span) => span.name)).toContain(name);
  return spans();
}

it('tells a run as one trace, from its request to its notification, with the times of then', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const accepted = await gateway.post(
    '/api/runs',
    { ...simulated(1, { key: PLANTED }), gateway: { notify: { queue: true }, labels: { secret: PLANTED } } },
    { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  );
  expect(accepted.body).toMatchObject({ trace_id: traceId });
  const run = await gateway.result(String(accepted.body['id']));

  const spans = await spansOf(traceId, 'run');
  const root = spans.find(({ name }) => name === 'run');
  const parts = spans.filter((span) => span !== root).toSorted((one, other) => startMs(one) - startMs(other));
  expect(root).toMatchObject({
    parentSpanId: '00f067aa0ba902b7',
    attributes: { 'gateway.run.id': run['id'], 'gateway.run.outcome': 'succeeded', 'gateway.workspace': 'default' },
  });
  expect(parts.map(({ name }) => name)).toEqual(['trigger', 'queue', 'submit', 'execution', 'collect', 'notify']);
  expect(new Set(parts.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root?.spanId]));
  // Each begins where the one before ends.
  expect(parts.slice(1, 5).map(startMs)).toEqual(parts.slice(0, 4).map(endMs));
  const execution = parts.find(({ name }) => name === 'execution');
  expect(execution?.attributes['databricks.run_id']).toBe(run['run_id']);
  expect(execution && endMs(execution)).toBe(Date.parse(String(run['completed_at'])));
  expect(root && endMs(root)).toBeGreaterThanOrEqual(Math.max(...parts.map(endMs)));
  expect(root && startMs(root)).toBe(Math.min(...parts.map(startMs)));
});

it('gives a run that failed its class, an attempt of its own to each try, and figures to all', async () => {
  const id = await gateway.submit({
    ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }),
    gateway: { retry: { max_attempts: 2, backoff_seconds: 1 } },
  });
  const run = await gateway.result(id);

  const spans = await spansOf(String(run['trace_id']), 'run');
  expect(spans.filter(({ name }) => name === 'execution')).toHaveLength(2);
  expect(spans.find(({ name }) => name === 'run')).toMatchObject({
    status: { code: 2 },
    attributes: { 'gateway.run.attempts': 2, 'gateway.run.failure_class': 'platform' },
  });
  await gateway.post('/api/sql', { statement: 'SELECT * FROM range(7)' });
  await expect
    .poll(() => receiver.points.find(({ name }) => name === 'gateway.sql.rows'))
    .toMatchObject({ value: 7, attributes: { workspace: 'default', format: 'json' } });
  const completed = { workspace: 'default', outcome: 'failed', failure_class: 'platform' };
  const submitted = { workspace: 'default', operation: 'runs/submit', status: '200' };
  const received = receiver.points.map(({ name, attributes }) => ({ name, attributes }));
  expect(received).toContainEqual({ name: 'gateway.runs.completed', attributes: completed });
  expect(received).toContainEqual({ name: 'gateway.databricks.calls', attributes: submitted });
  expect(received).toContainEqual({ name: 'gateway.queue.wait', attributes: { workspace: 'default' } });
});

it('goes on as before while the receiver takes requests and does not respond', async () => {
  receiver.hang();

  const run = await gateway.result(await gateway.submit(simulated(0.1)));
  expect(run.outcome).toBe('succeeded');
  expect(receiver.text()).not.toContain(PLANTED);
  // The header is the receiver's own; nothing that is told repeats it.
  expect(receiver.text()).toContain('"api-key":"planted-receiver-key"');
  expect(receiver.text().replaceAll('"api-key":"planted-receiver-key"', '')).not.toContain('planted-receiver-key');
});
