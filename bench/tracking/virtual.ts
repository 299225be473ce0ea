import { retries } from '@databricks/sdk-experimental';
import { withSample } from '../../src/shared/ledger/duration-ledger.ts';
import { isPushCheckDue } from '../../src/shared/domain/push-check.ts';
import type { LearnedDuration } from '../../src/shared/domain/poll-schedule.ts';
import type { SubmitResult } from '../../src/shared/workflow/activities.ts';
import { newTrackState } from '../../src/shared/workflow/track-state.ts';
import { driveTrackRun, type World } from '../../test/support/drive-orchestration.ts';
import { tracking, type TrackedRun, type Tracking } from './workload.ts';

const SWEEP_MS = 5 * 60_000;
const RUNS_PER_PAGE = 25;

/*
 * Runs of hours, on a clock that nobody waits for: the gateway's own orchestration, and the steps of the SDK's own
 * retry policy. A call takes no time here, so the lags are those of the schedules alone.
 */

interface Seen {
  polls: number;
  lagMs: number;
}

/** `submitAndWait` of the SDK: a read at once, then one after each wait of its policy. */
function waitAsSdk({ durationMs }: TrackedRun): Seen {
  const policy = new retries.ExponetionalBackoffWithJitterRetryPolicy();
  let atMs = 0;
  for (let polls = 1; ; polls++) {
    if (atMs >= durationMs) return { polls, lagMs: atMs - durationMs };
    atMs += policy.waitTime(polls).toMillSeconds().value;
  }
}

function waitFixed({ durationMs }: TrackedRun, intervalMs = 30_000): Seen {
  const polls = Math.max(1, Math.ceil(durationMs / intervalMs));
  return { polls, lagMs: polls * intervalMs - durationMs };
}

function waitAsGateway({ durationMs }: TrackedRun, learned: LearnedDuration | null, pushes: boolean): Seen {
  let polls = 0;
  const submitted: SubmitResult = { kind: 'submitted', runId: '1', submittedAtMs: 0, learned };
  const answers: Record<string, (nowMs: number) => unknown> = {
    ask: (nowMs) => ({ kind: 'go', ticket: 0, atMs: nowMs, notAfterMs: nowMs }),
    'submit-run': () => submitted,
    'follow-run': (nowMs) => {
      polls++;
      if (nowMs < durationMs) return { kind: 'active', started: true, cancelRequested: false };
      return { kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: false };
    },
    'complete-run': () => ({ kind: 'completed' }),
  };
  const world: World = {
    answer: (name, _input, nowMs) => answers[name]?.(nowMs),
    event(nowMs) {
      if (!pushes) return null;
      if (nowMs < 500) return { atMs: 500, wake: { reason: 'databricks' } };
      return nowMs < durationMs ? { atMs: durationMs + 500, wake: { reason: 'ended' } } : null;
    },
  };
  const state = newTrackState({
    key: { id: 'run', createdAtMs: 0 },
    workspace: 'default',
    taskCount: 1,
    retry: { maxAttempts: 1, backoffMs: 0, on: [] },
    notify: false,
    deadlineAtMs: null,
    kind: 'submit',
    attemptsBefore: 0,
    attempt: 1,
  });
  const { endedAtMs } = driveTrackRun(state, world);
  return { polls, lagMs: endedAtMs - durationMs };
}

/**
 * The calls of the net under the webhooks while these runs, all begun at once, are at work: a sweep every five minutes,
 * and one page of active runs whenever the check of any of them is due.
 */
function sweepCalls(runs: readonly TrackedRun[]): number {
  let lists = 0;
  let listedAtMs = 0;
  for (let nowMs = SWEEP_MS; ; nowMs += SWEEP_MS) {
    const active = runs.filter(({ durationMs }) => durationMs > nowMs);
    if (active.length === 0) return lists;
    if (!active.some(() => isPushCheckDue({ submittedAtMs: 0, checkedAtMs: listedAtMs }, nowMs))) continue;
    listedAtMs = nowMs;
    lists += Math.ceil(active.length / RUNS_PER_PAGE);
  }
}

/** Compares the ways of waiting for the same runs; `before` is what has been learned from. */
export function trackVirtually(runs: readonly TrackedRun[], before: readonly TrackedRun[]): Tracking[] {
  const learned = new Map<string, LearnedDuration>();
  for (const { notebook, durationMs } of before) learned.set(notebook, withSample(learned.get(notebook), durationMs));
  const ways: [name: string, wait: (run: TrackedRun) => Seen, shared?: number][] = [
    ['@databricks/sdk-experimental waiter', waitAsSdk],
    ['fixed 30 s', (run) => waitFixed(run)],
    ['gateway, nothing learned', (run) => waitAsGateway(run, null, false)],
    ['gateway, learned', (run) => waitAsGateway(run, learned.get(run.notebook) ?? null, false)],
    ['gateway, pushed', (run) => waitAsGateway(run, null, true), sweepCalls(runs)],
    ['gateway, every webhook lost', (run) => waitAsGateway(run, null, false)],
  ];
  return ways.map(([name, wait, shared = 0]) => {
    const seen = runs.map((run) => wait(run));
    const polls = seen.reduce((sum, each) => sum + each.polls, 0);
    return tracking(
      name,
      polls,
      polls + 2 * runs.length + shared,
      seen.map(({ lagMs }) => lagMs),
    );
  });
}
