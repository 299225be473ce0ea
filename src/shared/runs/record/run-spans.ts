import { isSuccess } from '../../domain/outcome.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { TraceContext } from '../../domain/trace-context.ts';
import { spanIdOf, type Span, type SpanAttributes } from '../../telemetry/span.ts';

/** The stretches of an attempt; each is a span of its own, below that of the attempt. */
type Stretch = 'trigger' | 'queue' | 'submit' | 'execution' | 'collect' | 'notify';

/**
 * Where in its trace a run stands: what is done for it is a part of this span, which is exported when the run has ended. A
 * run that is repaired begins another. Undefined for runs of before there were traces.
 */
export function runTrace(record: Pick<RunRecord, 'id' | 'traceId' | 'attemptsBefore'>): TraceContext | undefined {
  const { id, traceId, attemptsBefore = 0 } = record;
  return traceId === undefined ? undefined : { traceId, spanId: spanIdOf('run', id, attemptsBefore) };
}

/** A stretch of an attempt, from and to epoch ms. Undefined where the run has no trace. */
export function stretch(
  record: RunRecord,
  name: Stretch,
  times: { startMs: number; endMs: number },
  details: { about?: string; errorCode?: string | undefined; attributes?: SpanAttributes } = {},
): Span | undefined {
  const trace = runTrace(record);
  if (trace === undefined) return undefined;
  const { about = '', errorCode, attributes = {} } = details;
  return {
    name,
    traceId: trace.traceId,
    spanId: spanIdOf(name, record.id, record.attempt, about),
    parentSpanId: trace.spanId,
    kind: CLIENT_STRETCHES.has(name) ? 'client' : 'internal',
    ...inOrder(times),
    attributes: { 'gateway.run.id': record.id, 'gateway.run.attempt': record.attempt, ...attributes },
    errorCode,
  };
}

const CLIENT_STRETCHES: ReadonlySet<Stretch> = new Set(['submit', 'execution', 'notify']);

/**
 * What an attempt went through until it ended at `endedAtMs`, as far as its record knows the times: each stretch begins
 * where the one before ends, so that none of its time is missing.
 */
export function attemptSpans(record: RunRecord, endedAtMs: number): Span[] {
  const { attempt, receivedAtMs, createdAtMs, sentAtMs, submittedAtMs, failure, outcome } = record;
  const queuedAtMs = record.queuedAtMs ?? createdAtMs;
  // Until Databricks responded; of a run that ended before, until that.
  const takenAtMs = record.takenAtMs ?? submittedAtMs ?? endedAtMs;
  const isFailed = outcome !== null && !isSuccess(outcome);
  const spans = [
    attempt === 1 && receivedAtMs !== undefined
      ? stretch(record, 'trigger', { startMs: receivedAtMs, endMs: createdAtMs })
      : undefined,
    stretch(record, 'queue', { startMs: queuedAtMs, endMs: sentAtMs ?? endedAtMs }),
    sentAtMs === undefined ? undefined : stretch(record, 'submit', { startMs: sentAtMs, endMs: takenAtMs }),
    submittedAtMs === null
      ? undefined
      : stretch(
          record,
          'execution',
          { startMs: takenAtMs, endMs: endedAtMs },
          {
            attributes: { 'databricks.run_id': record.runId ?? undefined },
            errorCode: isFailed ? (failure?.code ?? outcome) : undefined,
          },
        ),
  ];
  return spans.filter((span) => span !== undefined);
}

/** The run itself, from its request to the end of all that was done for it. Undefined where it has no trace. */
export function runSpan(record: RunRecord, endMs: number): Span | undefined {
  const trace = runTrace(record);
  if (trace === undefined) return undefined;
  const { id, request, submittedBy, source, outcome, failure, attempt, attemptsBefore = 0, parentSpanId } = record;
  const isRepair = attemptsBefore > 0;
  return {
    name: isRepair ? 'repair' : 'run',
    ...trace,
    ...(isRepair ? { parentSpanId: spanIdOf('run', id, 0) } : { parentSpanId }),
    kind: 'server',
    ...inOrder({
      startMs: isRepair ? (record.repairedAtMs ?? record.createdAtMs) : (record.receivedAtMs ?? record.createdAtMs),
      endMs,
    }),
    attributes: {
      'gateway.run.id': id,
      'gateway.run.attempts': attempt - attemptsBefore,
      'gateway.run.source': source,
      'gateway.run.outcome': outcome ?? undefined,
      'gateway.run.failure_class': failure?.class,
      'gateway.caller': `${submittedBy.kind}:${submittedBy.id}`,
      'gateway.workspace': request.workspace,
      'databricks.run_id': record.runId ?? undefined,
    },
    errorCode: outcome !== null && !isSuccess(outcome) ? (failure?.code ?? outcome) : undefined,
  };
}

/** The clocks of the gateway and of Databricks differ by some ms: nothing ends before it begins. */
function inOrder({ startMs, endMs }: { startMs: number; endMs: number }) {
  return { startMs, endMs: Math.max(startMs, endMs) };
}
