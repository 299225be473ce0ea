import type { TaskRecord } from './record.ts';
import type { TaskSettings } from './settings.ts';
import { isTerminal, outcome, type Outcome, type State } from './state.ts';

/** What becomes of a task once all that it depends on has ended: it runs, or it ends without having run. */
export type Readiness = 'run' | Outcome;

/** A task that does not run because one before it failed. */
export const upstreamFailed = outcome('UPSTREAM_FAILED', 'An upstream task failed.', 'SKIPPED', 'CLIENT_ERROR');
/** A task that does not run because one before it was canceled. */
export const upstreamCanceled = outcome(
  'UPSTREAM_CANCELED',
  'An upstream task was canceled.',
  'SKIPPED',
  'CLIENT_ERROR',
);
/** A task whose `run_if` or outcome condition was not met. */
export const excluded = outcome('EXCLUDED', 'The run condition of the task was not met.', 'SKIPPED', 'SUCCESS');
/** A task that is disabled. */
export const disabled = outcome('DISABLED', 'The task is disabled.', 'DISABLED', 'SUCCESS');

type Kind = 'success' | 'failed' | 'canceled' | 'excluded';

const KINDS: Record<string, Kind> = {
  SUCCESS: 'success',
  SUCCESS_WITH_FAILURES: 'success',
  CANCELED: 'canceled',
  UPSTREAM_CANCELED: 'canceled',
  EXCLUDED: 'excluded',
  DISABLED: 'excluded',
};

interface Counts extends Record<Kind, number> {
  all: number;
}

/** Whether a task runs, for each `run_if`. */
const conditions: Record<string, (counts: Counts) => boolean> = {
  ALL_SUCCESS: ({ success, all }) => success === all,
  AT_LEAST_ONE_SUCCESS: ({ success }) => success > 0,
  NONE_FAILED: ({ success, failed, canceled }) => failed + canceled === 0 && success > 0,
  ALL_DONE: () => true,
  AT_LEAST_ONE_FAILED: ({ failed, canceled }) => failed + canceled > 0,
  ALL_FAILED: ({ failed, canceled, all }) => failed + canceled === all,
};
/** Conditions that wait for a failure: without one the task is left out, not failed. */
const FAILURE_CONDITIONS = new Set(['AT_LEAST_ONE_FAILED', 'ALL_FAILED']);

/** Applies `run_if` to the ended tasks that `settings` depends on. */
export function readiness(settings: TaskSettings, upstream: ReadonlyMap<string, TaskRecord>): Readiness {
  const { depends_on: dependencies = [], run_if: condition = 'ALL_SUCCESS' } = settings;
  if (dependencies.length === 0) return 'run';
  const counts = countOutcomes(dependencies, upstream);
  if (counts === undefined) return excluded;
  const isMet = conditions[condition] ?? conditions['ALL_SUCCESS'];
  if (isMet?.(counts) === true) return 'run';
  if (FAILURE_CONDITIONS.has(condition) || counts.failed + counts.canceled === 0) return excluded;
  return counts.failed > 0 ? upstreamFailed : upstreamCanceled;
}

/** How the dependencies have ended; undefined if a condition task among them came out the other way. */
function countOutcomes(
  dependencies: NonNullable<TaskSettings['depends_on']>,
  upstream: ReadonlyMap<string, TaskRecord>,
): Counts | undefined {
  const counts: Counts = { success: 0, failed: 0, canceled: 0, excluded: 0, all: dependencies.length };
  for (const { task_key, outcome: wanted } of dependencies) {
    const task = upstream.get(task_key);
    if (wanted !== undefined && task?.conditionOutcome !== undefined && task.conditionOutcome !== wanted)
      return undefined;
    counts[KINDS[task?.state.result ?? ''] ?? 'failed']++;
  }
  return counts;
}

/** The outcome of a run whose tasks have all ended: that of its only task, or decided by the tasks on which no other depends. */
export function runOutcome(taskSettings: TaskSettings[], tasks: ReadonlyMap<string, TaskRecord>): Outcome {
  const needed = new Set(
    taskSettings.flatMap((settings) => settings.depends_on?.map(({ task_key }) => task_key) ?? []),
  );
  const all = [...tasks.values()];
  const [only] = all.length === 1 ? all : [];
  const ofOnly = only === undefined ? undefined : outcomeOf(only.state);
  if (ofOnly !== undefined && ofOnly.result !== 'FAILED') return ofOnly;
  const unsuccessful = all.filter((task) => isUnsuccessful(task));
  if (unsuccessful.length === 0) return outcome('SUCCESS', '', 'SUCCESS', 'SUCCESS');
  if (unsuccessful.every(({ taskKey }) => needed.has(taskKey)))
    return outcome('SUCCESS_WITH_FAILURES', '', 'SUCCESS_WITH_FAILURES', 'SUCCESS');

  const causes = unsuccessful.filter(({ state }) => state.result?.startsWith('UPSTREAM_') !== true);
  const first =
    causes.find(({ state }) => state.result !== 'CANCELED' && state.result !== 'TIMEDOUT') ??
    causes[0] ??
    unsuccessful[0];
  if (first === undefined) return outcome('FAILED', '', 'RUN_EXECUTION_ERROR', 'CLIENT_ERROR');
  const { state } = first;
  const result = state.result === 'CANCELED' || state.result === 'TIMEDOUT' ? state.result : 'FAILED';
  const skippedSome = causes.length > 0 && unsuccessful.length > causes.length;
  const message = `Task ${first.taskKey} failed with message: ${state.message.replace(/\.$/, '')}.${
    skippedSome ? ' This caused all downstream tasks to get skipped..' : ''
  }`;
  const { code, type } = state.termination ?? { code: 'RUN_EXECUTION_ERROR', type: 'CLIENT_ERROR' as const };
  return {
    // A failed task leaves its run in INTERNAL_ERROR, as measured on real workspaces; see README.md.
    lifeCycle: result === 'FAILED' ? 'INTERNAL_ERROR' : 'TERMINATED',
    result,
    message: result === 'FAILED' ? message : state.message,
    termination: { code, type, message: result === 'FAILED' ? message : state.message },
    cancelledOrTimedOut: state.cancelledOrTimedOut,
  };
}

function outcomeOf(state: State): Outcome | undefined {
  const { lifeCycle, result, message, termination, cancelledOrTimedOut } = state;
  if (!isTerminal(state) || result === undefined || termination === undefined) return undefined;
  return { lifeCycle: lifeCycle as Outcome['lifeCycle'], result, message, termination, cancelledOrTimedOut };
}

function isUnsuccessful({ state }: TaskRecord): boolean {
  const kind = KINDS[state.result ?? ''] ?? 'failed';
  return kind === 'failed' || kind === 'canceled';
}
