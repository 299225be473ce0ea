import type { AppContext } from '../../context.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { attemptSpans, runSpan, stretch } from '../record/run-spans.ts';

/**
 * Records how an attempt went that has ended with the run, for the receivers of telemetry: all of it is recorded now, with
 * the times of then, so that no part of it has to be kept in mind between the processes that had a hand in it.
 */
export function recordEnd({ telemetry, now }: AppContext, record: RunRecord, closedAtMs: number): void {
  if (!telemetry.isOn) return;
  const { request, outcome, failure } = record;
  telemetry.measure('gateway.runs.completed', 1, {
    workspace: request.workspace,
    outcome: outcome ?? 'none',
    failure_class: failure?.class ?? 'none',
  });
  const endedAtMs = record.completedAtMs ?? closedAtMs;
  const collect = stretch(record, 'collect', { startMs: endedAtMs, endMs: closedAtMs });
  for (const span of [runSpan(record, now()), ...attemptSpans(record, endedAtMs), collect])
    if (span !== undefined) telemetry.span(span);
}

/** Records how an attempt went that another follows. */
export function recordAttempt({ telemetry, now }: AppContext, record: RunRecord): void {
  if (!telemetry.isOn) return;
  for (const span of attemptSpans(record, record.completedAtMs ?? now())) telemetry.span(span);
}
