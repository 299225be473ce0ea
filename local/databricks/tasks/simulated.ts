import type { Clock } from '../clock.ts';
import type { Progress } from '../runs/execution.ts';
import type { TaskRecord } from '../runs/record.ts';
import { disabled, excluded, upstreamCanceled, upstreamFailed } from '../runs/dependencies.ts';
import {
  canceled,
  concurrencyExceeded,
  failedBeforeStart,
  outcome,
  succeeded,
  timedOut,
  userCodeFailed,
  type Outcome,
} from '../runs/state.ts';
import { truncateOutput } from './truncate.ts';

/** Runs no code: takes `seconds` and ends as the parameters say. */
export function executeSimulated(
  clock: Clock,
  task: TaskRecord,
  parameters: Record<string, string>,
  progress: Progress,
): () => void {
  const seconds = Number(parameters['seconds'] ?? 1);
  progress.started();
  const startedAt = task.executionStartTime || clock.now();
  const endAt = startedAt + (Number.isFinite(seconds) ? Math.max(seconds, 0) : 0) * 1_000;
  return clock.at(endAt, () => {
    const { result, error, error_trace: errorTrace } = parameters;
    const how = outcomeOf(parameters);
    task.output = {
      notebook_output: how.result.startsWith('SUCCESS') && result !== undefined ? truncateOutput(result) : {},
    };
    const failureText = how.result === 'FAILED' ? (error ?? 'Exception: simulated failure') : error;
    if (failureText !== undefined) task.output.error = failureText;
    if (failureText !== undefined) task.output.error_trace = errorTrace ?? failureText;
    progress.finished(how);
  });
}

function outcomeOf(parameters: Record<string, string>): Outcome {
  const state = parameters['result_state'] ?? 'SUCCESS';
  const code = parameters['termination_code'];
  const message = parameters['state_message'];
  const how = outcomes[state] ?? outcome(state, `The run has ended as ${state}.`, state, 'CLIENT_ERROR');
  if (code === undefined && message === undefined) return how;
  const text = message ?? how.message;
  return {
    ...how,
    message: text,
    termination: { code: code ?? how.termination.code, type: typeOf(code, how), message: text },
  };
}

const outcomes: Record<string, Outcome> = {
  SUCCESS: succeeded,
  FAILED: userCodeFailed,
  CANCELED: canceled,
  TIMEDOUT: timedOut,
  SUCCESS_WITH_FAILURES: outcome('SUCCESS_WITH_FAILURES', '', 'SUCCESS_WITH_FAILURES', 'SUCCESS'),
  MAXIMUM_CONCURRENT_RUNS_REACHED: concurrencyExceeded,
  UPSTREAM_FAILED: upstreamFailed,
  UPSTREAM_CANCELED: upstreamCanceled,
  EXCLUDED: excluded,
  DISABLED: disabled,
  INTERNAL_ERROR: {
    ...failedBeforeStart('INTERNAL_ERROR', 'An unexpected error happened on the side of the service.'),
    termination: {
      code: 'INTERNAL_ERROR',
      type: 'INTERNAL_ERROR',
      message: 'An unexpected error happened on the side of the service.',
    },
  },
};

function typeOf(code: string | undefined, how: Outcome): Outcome['termination']['type'] {
  if (code === 'CLOUD_FAILURE') return 'CLOUD_FAILURE';
  if (code === 'INTERNAL_ERROR' || code === 'DRIVER_ERROR') return 'INTERNAL_ERROR';
  return how.termination.type;
}
