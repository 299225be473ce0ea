import { expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failure.ts';
import type { FollowResult, SubmitResult } from '../../../src/shared/workflow/activities.ts';
import { newTrackState, type TrackState } from '../../../src/shared/workflow/track-state.ts';
import { driveTrackRun, type Driven, type World } from '../../support/drive-orchestration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 3_600 * SECOND;

function runState(changes: Partial<TrackState> = {}): TrackState {
  const retry = { maxAttempts: 3, backoffMs: 30 * SECOND, on: ['platform' as const, 'capacity' as const] };
  return {
    ...newTrackState({
      key: { id: 'abc', createdAtMs: 0 },
      workspace: 'default',
      taskCount: 1,
      retry,
      deadlineAtMs: null,
      attempt: 1,
      attemptsBefore: 0,
      caller: { key: 'caller', activeLimit: null },
      kind: 'submit',
    }),
    ...changes,
  };
}

interface Script {
  /** How long each Databricks run takes; the last one stands for all that follow. */
  durationsMs: number[];
  /** Whether the watcher of the workspace reads the runs. */
  watched?: boolean;
  follow?: (nowMs: number, attempt: number, canceledAtMs: number | null) => FollowResult | undefined;
  submit?: (nowMs: number, tries: number) => SubmitResult | undefined;
  ask?: (nowMs: number, asks: number) => unknown;
}

function world(script: Script, event?: World['event']): World {
  let attempt = 0;
  let submittedAtMs = 0;
  let canceledAtMs: number | null = null;
  let submits = 0;
  let asks = 0;
  return {
    ...(event === undefined ? {} : { event }),
    answer(name, _input, nowMs) {
      switch (name) {
        case 'ask':
          return script.ask?.(nowMs, asks++) ?? { kind: 'go', ticket: 0, atMs: nowMs, notAfterMs: nowMs + SECOND };
        case 'throttled':
          return { atMs: (_input as { untilMs: number }).untilMs, notAfterMs: Infinity };
        case 'reschedule':
          return { atMs: nowMs + 2 * SECOND, notAfterMs: nowMs + 3 * SECOND };
        case 'submit-run': {
          const scripted = script.submit?.(nowMs, submits++);
          if (scripted !== undefined) return scripted;
          attempt++;
          submittedAtMs = nowMs;
          canceledAtMs = null;
          return {
            kind: 'submitted',
            runId: `run-${attempt}`,
            submittedAtMs: nowMs,
            estimate: null,
            watched: script.watched ?? false,
          };
        }
        case 'cancel-run':
          canceledAtMs ??= nowMs;
          return { accepted: true };
        case 'follow-run': {
          const scripted = script.follow?.(nowMs, attempt, canceledAtMs);
          if (scripted !== undefined) return scripted;
          const durationMs = script.durationsMs[attempt - 1] ?? script.durationsMs.at(-1) ?? 0;
          if (canceledAtMs !== null && nowMs >= canceledAtMs + 2 * SECOND) {
            return {
              kind: 'ended',
              outcome: 'canceled',
              failure: failure('canceled', 'USER_CANCELED', ''),
              cancelRequested: false,
            };
          }
          if (nowMs - submittedAtMs < durationMs) return { kind: 'active', started: true, cancelRequested: false };
          return { kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: false };
        }
        case 'queue-run':
          return { cancelRequested: false };
        case 'complete-run':
          return { kind: 'completed', notifyAgainMs: null };
        case 'release':
        case 'abandon':
          return [];
        default:
          return {};
      }
    },
  };
}

function count(driven: Driven, name: string): number {
  return driven.asked.filter((asked) => asked.name === name).length;
}

it('admits, submits, follows, completes and gives its place back, in that order', () => {
  const driven = driveTrackRun(runState(), world({ durationsMs: [2 * SECOND] }));

  expect(driven.end?.outcome).toBe('succeeded');
  expect(driven.asked.map(({ name }) => name)).toEqual([
    'ask',
    'submit-run',
    'follow-run',
    'follow-run',
    'release',
    'complete-run',
  ]);
});

it('asks less often than the official waiter, and at most a twentieth of the age or a minute late', () => {
  for (const durationMs of [5, 30, 100, 180, 1_000, 3_600, 21_600].map((seconds) => seconds * SECOND)) {
    const driven = driveTrackRun(runState(), world({ durationsMs: [durationMs] }));
    const sdkCalls = officialWaiterCalls(durationMs);

    const share = durationMs >= HOUR ? 0.35 : 1;
    expect(count(driven, 'follow-run')).toBeLessThanOrEqual(share * sdkCalls);
    expect(driven.endedAtMs - durationMs).toBeLessThanOrEqual(Math.max(10 * SECOND, durationMs / 20));
  }
});

/** 1, 2, … 10 s between the calls, the first at once: `wait_get_run_job_terminated_or_skipped` of the Python SDK. */
function officialWaiterCalls(durationMs: number): number {
  let calls = 1;
  for (let atMs = 0; atMs < durationMs; calls++) atMs += Math.min(calls, 10) * SECOND;
  return calls;
}

it('follows a run of two days in generations that stay far below 1,000 history events', () => {
  const driven = driveTrackRun(runState(), world({ durationsMs: [48 * HOUR] }));

  expect(driven.end?.outcome).toBe('succeeded');
  expect(driven.generations).toBeGreaterThan(10);
  // A yield adds at most five events: two for the task, two for the episode, one for the signal.
  expect(driven.longestGeneration * 5).toBeLessThan(1_000);
});

it.each([180, 18_000])('leaves a run of %i s to the watcher, and takes what the watcher has read', (seconds) => {
  const endsAtMs = seconds * SECOND;
  const result = { kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: false } as const;
  const read: World['event'] = (nowMs) =>
    nowMs < endsAtMs ? { atMs: endsAtMs, wake: { reason: 'read', runId: 'run-1', attempt: 1, result } } : null;

  const driven = driveTrackRun(runState(), world({ durationsMs: [endsAtMs], watched: true }, read));

  expect(driven.end?.outcome).toBe('succeeded');
  expect(count(driven, 'follow-run')).toBe(0);
  expect(driven.endedAtMs).toBe(endsAtMs);
});

it('takes no reading of another run for its own', () => {
  const result = { kind: 'ended', outcome: 'failed', failure: null, cancelRequested: false } as const;
  const read: World['event'] = (nowMs) =>
    nowMs === 0 ? { atMs: 100, wake: { reason: 'read', runId: 'other', attempt: 1, result } } : null;

  const driven = driveTrackRun(runState(), world({ durationsMs: [HOUR], watched: true }, read));

  expect(driven.end?.outcome).toBe('succeeded');
});

it('takes no reading of an earlier attempt for one of its repair, which is of the same Databricks run', () => {
  const result = { kind: 'ended', outcome: 'failed', failure: null, cancelRequested: false } as const;
  const read: World['event'] = (nowMs) =>
    nowMs === 0 ? { atMs: 100, wake: { reason: 'read', runId: 'run-1', attempt: 0, result } } : null;

  const driven = driveTrackRun(runState(), world({ durationsMs: [HOUR], watched: true }, read));

  expect(driven.end?.outcome).toBe('succeeded');
});

it('reads a watched run by itself after a stage that failed, for the event that it had taken', () => {
  const result = { kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: false } as const;
  const read: World['event'] = (nowMs) =>
    nowMs < MINUTE ? { atMs: MINUTE, wake: { reason: 'read', runId: 'run-1', attempt: 1, result } } : null;
  const watched = world({ durationsMs: [MINUTE], watched: true }, read);
  let releases = 0;
  const failing: World = {
    ...watched,
    answer: (name, input, nowMs) => {
      if (name === 'release' && releases++ === 0) throw new Error('storage is away');
      return watched.answer(name, input, nowMs);
    },
  };

  const driven = driveTrackRun(runState(), failing);

  expect(driven.end?.outcome).toBe('succeeded');
  expect(driven.endedAtMs).toBeLessThan(2 * MINUTE);
});

it('reads a watched run by itself once it is to stop, and every six hours in any case', () => {
  const stopped = driveTrackRun(
    runState({ deadlineAtMs: 60 * SECOND }),
    world({ durationsMs: [48 * HOUR], watched: true }),
  );
  const alone = driveTrackRun(runState(), world({ durationsMs: [5 * HOUR], watched: true }));

  expect(stopped.end?.outcome).toBe('timed_out');
  expect(alone.endedAtMs).toBeLessThanOrEqual(6 * HOUR + 3 * SECOND);
});

it('asks as often as without notifications where none arrives', () => {
  const driven = driveTrackRun(runState(), world({ durationsMs: [180 * SECOND] }));

  expect(count(driven, 'follow-run')).toBeGreaterThan(10);
  expect(driven.endedAtMs - 180 * SECOND).toBeLessThan(10 * SECOND);
});

it('goes on reading a run whose end was told before it could be read', () => {
  const durationMs = 300 * SECOND;
  const early: World['event'] = (nowMs) =>
    nowMs < durationMs - SECOND ? { atMs: durationMs - SECOND, wake: { reason: 'ended' } } : null;

  const driven = driveTrackRun(runState(), world({ durationsMs: [durationMs] }, early));

  expect(driven.endedAtMs - durationMs).toBeLessThan(5 * SECOND);
});

it('takes another slot when it missed its own, and one that lasts when it keeps missing them', () => {
  const missed = driveTrackRun(
    runState(),
    world({ durationsMs: [SECOND], submit: (_now, tries) => (tries < 2 ? { kind: 'late' } : undefined) }),
  );
  const slow = driveTrackRun(
    runState(),
    world({ durationsMs: [SECOND], submit: (_now, tries) => (tries < 21 ? { kind: 'late' } : undefined) }),
  );

  expect(missed.end?.outcome).toBe('succeeded');
  expect(count(missed, 'reschedule')).toBe(2);
  expect(missed.asked.find(({ name }) => name === 'reschedule')?.input).toEqual({
    from: { atMs: 0, notAfterMs: SECOND },
    lasting: false,
    kind: 'submit',
  });
  expect(slow.end?.outcome).toBe('succeeded');
  const asked = slow.asked.filter(({ name }) => name === 'reschedule');
  expect(asked.map(({ input }) => (input as { lasting: boolean }).lasting)).toEqual([
    ...Array.from({ length: 20 }, () => false),
    true,
  ]);
});

it('takes a step again when its activity fails, and does not draw another ticket for it', () => {
  let failures = 0;
  const scripted = world({
    durationsMs: [SECOND],
    ask: (nowMs, asks) =>
      asks < 3
        ? { kind: 'wait', ticket: 7, askAgainAtMs: nowMs + SECOND, position: 1 }
        : { kind: 'go', ticket: 7, atMs: nowMs, notAfterMs: nowMs + SECOND },
  });
  const driven = driveTrackRun(runState(), {
    answer(name, input, nowMs) {
      if (['queue-run', 'follow-run', 'complete-run'].includes(name) && failures++ % 2 === 0)
        throw new Error('No storage.');
      return scripted.answer(name, input, nowMs);
    },
  });

  expect(driven.end?.outcome).toBe('succeeded');
  const tickets = driven.asked
    .filter(({ name }) => name === 'ask')
    .map(({ input }) => (input as { ticket: unknown }).ticket);
  expect(tickets).toEqual([null, 7, 7, 7]);
  expect(count(driven, 'submit-run')).toBe(1);
});

it('settles a submit whose activity failed before it lets the deadline end the run', () => {
  let failures = 0;
  const scripted = world({ durationsMs: [HOUR] });
  const driven = driveTrackRun(runState({ deadlineAtMs: SECOND }), {
    answer(name, input, nowMs) {
      if (name === 'submit-run' && failures++ === 0) throw new Error('The row could not be written.');
      return scripted.answer(name, input, nowMs);
    },
  });

  expect(driven.end?.outcome).toBe('timed_out');
  expect(driven.asked.findLast(({ name }) => name === 'submit-run')?.input).toMatchObject({ isOverdue: true });
  expect(count(driven, 'cancel-run')).toBe(1);
});

it('calls a run lost when Databricks says three times that there is none, and makes no other in its place', () => {
  const missing = { kind: 'missing', cancelRequested: false } as const;
  const gone = driveTrackRun(runState(), world({ durationsMs: [HOUR], follow: () => missing }));
  let readings = 0;
  const back = driveTrackRun(
    runState(),
    world({ durationsMs: [HOUR], follow: () => (readings++ % 4 === 1 ? missing : undefined) }),
  );

  expect(gone.end).toMatchObject({ outcome: 'lost', failure: { class: 'platform' } });
  expect(count(gone, 'submit-run')).toBe(1);
  expect(count(gone, 'follow-run')).toBe(3);
  expect(back.end?.outcome).toBe('succeeded');
});

it('does not try again what its owner took back', () => {
  const retry = { maxAttempts: 3, backoffMs: SECOND, on: ['canceled' as const] };
  const driven = driveTrackRun(
    runState({ retry }),
    world({ durationsMs: [SECOND], submit: () => ({ kind: 'canceled' }) }),
  );

  expect(driven.end?.outcome).toBe('canceled');
  expect(count(driven, 'submit-run')).toBe(1);
});

it('stays behind a closed gate although it is woken', () => {
  const untilMs = 20 * SECOND;
  const wakes: World['event'] = (nowMs) =>
    nowMs < untilMs ? { atMs: nowMs + SECOND, wake: { reason: 'poll' } } : null;
  const driven = driveTrackRun(
    runState(),
    world(
      {
        durationsMs: [SECOND],
        submit: (_now, tries) => (tries === 0 ? { kind: 'throttled', untilMs, refusal: null } : undefined),
      },
      wakes,
    ),
  );

  const times = driven.asked.filter(({ name }) => name === 'submit-run').map(({ atMs }) => atMs);
  expect(times).toEqual([0, untilMs + SECOND]);
});

it('settles a submit that may have been sent before it lets a missed slot and the deadline end the run', () => {
  const driven = driveTrackRun(
    runState({ deadlineAtMs: SECOND }),
    world({
      durationsMs: [HOUR],
      submit: (_now, tries) => (tries === 0 ? { kind: 'late' } : undefined),
    }),
  );

  expect(driven.end?.outcome).toBe('timed_out');
  expect(count(driven, 'submit-run')).toBe(2);
  expect(count(driven, 'cancel-run')).toBe(1);
});

it('gives up when nothing works for a long time, so that the sweep can take the run up again', () => {
  const broken: World = {
    answer() {
      throw new Error('The ledger has no such run.');
    },
  };

  expect(() => driveTrackRun(runState(), broken)).toThrow('The ledger has no such run.');
});

it('tells for more than an hour before it gives up, and says so at the last try', () => {
  const scripted = world({ durationsMs: [SECOND] });
  const driven = driveTrackRun(runState(), {
    answer: (name, input, nowMs) =>
      name === 'notify-end'
        ? { kind: 'undelivered' }
        : name === 'complete-run'
          ? { kind: 'completed', notifyAgainMs: 0 }
          : scripted.answer(name, input, nowMs),
  });

  const tells = driven.asked.filter(({ name }) => name === 'notify-end');
  expect(driven.end?.outcome).toBe('succeeded');
  expect((tells.at(-1)?.atMs ?? 0) - (tells[0]?.atMs ?? 0)).toBeGreaterThan(HOUR);
  expect(tells.map(({ input }) => (input as { final: boolean }).final)).toEqual([
    ...tells.slice(1).map(() => false),
    true,
  ]);
});

it('counts no try while the receiver is left alone or has too much to do, and gives up after two hours of that', () => {
  const scripted = world({ durationsMs: [SECOND] });
  const driven = driveTrackRun(runState(), {
    answer: (name, input, nowMs) =>
      name === 'notify-end'
        ? { kind: 'busy', againMs: 90 * SECOND }
        : name === 'complete-run'
          ? { kind: 'completed', notifyAgainMs: 0 }
          : scripted.answer(name, input, nowMs),
  });

  const tells = driven.asked.filter(({ name }) => name === 'notify-end');
  expect((tells.at(-1)?.atMs ?? 0) - (tells[0]?.atMs ?? 0)).toBe(2 * HOUR);
  expect(tells.filter(({ input }) => (input as { final: boolean }).final)).toEqual([tells.at(-1)]);
  expect(driven.longestGeneration * 5).toBeLessThan(1_000);
});

it('delivers what was put off as soon as there is room', () => {
  const scripted = world({ durationsMs: [SECOND] });
  let tries = 0;
  const driven = driveTrackRun(runState(), {
    answer: (name, input, nowMs) => {
      if (name === 'complete-run') return { kind: 'completed', notifyAgainMs: 0 };
      if (name !== 'notify-end') return scripted.answer(name, input, nowMs);
      return ++tries < 4 ? { kind: 'busy', againMs: 2 * SECOND } : { kind: 'notified' };
    },
  });

  const tells = driven.asked.filter(({ name }) => name === 'notify-end').map(({ atMs }) => atMs);
  expect(tells.map((atMs) => atMs - (tells[0] ?? 0))).toEqual([0, 2, 4, 6].map((seconds) => seconds * SECOND));
});

it('comes again for its outputs when there is room, however often, without taking that for a failure', () => {
  const scripted = world({ durationsMs: [SECOND] });
  let tries = 0;
  const driven = driveTrackRun(runState(), {
    answer: (name, input, nowMs) => {
      if (name !== 'complete-run') return scripted.answer(name, input, nowMs);
      return ++tries < 50 ? { kind: 'again', againMs: SECOND } : { kind: 'completed', notifyAgainMs: null };
    },
  });

  expect(driven.end?.outcome).toBe('succeeded');
  const completions = driven.asked.filter(({ name }) => name === 'complete-run');
  expect(completions).toHaveLength(50);
  expect(completions.some(({ input }) => (input as { final: boolean }).final)).toBe(false);
});

it('settles a run that had been let through before its orchestration was lost, without asking for a place', () => {
  const reattached = { ...runState(), ...newTrackState(runState(), true) };

  const driven = driveTrackRun(reattached, world({ durationsMs: [SECOND] }));

  expect(driven.end?.outcome).toBe('succeeded');
  expect(count(driven, 'ask')).toBe(0);
  expect(driven.asked.find(({ name }) => name === 'submit-run')?.input).toMatchObject({ notAfterMs: 0 });
  expect(count(driven, 'release')).toBe(1);
});

it('tries a platform failure again after the back-off, each attempt admitted anew', () => {
  const platform = failure('platform', 'CLOUD_FAILURE', 'gone');
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [SECOND],
      follow: (_now, attempt) =>
        attempt < 3 ? { kind: 'ended', outcome: 'failed', failure: platform, cancelRequested: false } : undefined,
    }),
  );

  expect(driven.end?.outcome).toBe('succeeded');
  expect(count(driven, 'begin-attempt')).toBe(2);
  expect(count(driven, 'ask')).toBe(3);
  expect(count(driven, 'release')).toBe(3);
  expect(driven.endedAtMs).toBeGreaterThanOrEqual(90 * SECOND);
});

it('does not try a failure of user code again', () => {
  const userCode = failure('user_code', 'RUN_EXECUTION_ERROR', 'boom');
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [0],
      follow: () => ({ kind: 'ended', outcome: 'failed', failure: userCode, cancelRequested: false }),
    }),
  );

  expect(driven.end).toEqual({ outcome: 'failed', failure: userCode });
  expect(count(driven, 'submit-run')).toBe(1);
});

it('cancels at the deadline, sees the run stop and calls it timed out', () => {
  const driven = driveTrackRun(runState({ deadlineAtMs: 60 * SECOND }), world({ durationsMs: [HOUR] }));

  expect(driven.end?.outcome).toBe('timed_out');
  expect(driven.end?.failure?.class).toBe('timeout');
  expect(count(driven, 'cancel-run')).toBe(1);
});

it('tries a run again that timed out where its owner wants that', () => {
  const timedOut = { kind: 'ended', outcome: 'timed_out', failure: failure('timeout', 'CANCELED', '') } as const;
  const retry = { maxAttempts: 2, backoffMs: SECOND, on: ['timeout' as const] };
  const driven = driveTrackRun(
    runState({ retry }),
    world({
      durationsMs: [SECOND],
      follow: (_nowMs, attempt) => (attempt === 1 ? { ...timedOut, cancelRequested: false } : undefined),
    }),
  );

  expect(driven.end?.outcome).toBe('succeeded');
  expect(count(driven, 'begin-attempt')).toBe(1);
});

it('calls a run canceled that its owner stopped, although Databricks has one word for that and for its length', () => {
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [HOUR],
      follow: (_nowMs, _attempt, canceledAtMs) =>
        canceledAtMs === null
          ? { kind: 'active', started: true, cancelRequested: true, taskCount: null }
          : {
              kind: 'ended',
              outcome: 'timed_out',
              failure: failure('timeout', 'CANCELED', 'Run cancelled'),
              cancelRequested: true,
            },
    }),
  );

  expect(driven.end).toMatchObject({ outcome: 'canceled', failure: { class: 'canceled', message: 'Run cancelled' } });
});

it('repeats a cancel that Databricks ignores every 30 s', () => {
  const driven = driveTrackRun(
    runState({ deadlineAtMs: 10 * SECOND }),
    world({
      durationsMs: [HOUR],
      follow: (nowMs) =>
        nowMs < 100 * SECOND
          ? { kind: 'active', started: true, cancelRequested: false }
          : { kind: 'ended', outcome: 'canceled', failure: null, cancelRequested: false },
    }),
  );

  const canceledAtMs = driven.asked.filter(({ name }) => name === 'cancel-run').map(({ atMs }) => atMs);
  expect(canceledAtMs).toEqual([10, 40, 70].map((seconds) => seconds * SECOND));
});

it('stops a run when its time has come where many are to be stopped, and sees it stop', () => {
  const scripted = world({ durationsMs: [HOUR] });
  let cancels = 0;
  const driven = driveTrackRun(runState({ deadlineAtMs: 10 * SECOND }), {
    answer: (name, input, nowMs) =>
      name === 'cancel-run' && ++cancels < 4
        ? { accepted: false, againMs: 7 * SECOND }
        : scripted.answer(name, input, nowMs),
  });

  const canceledAtMs = driven.asked.filter(({ name }) => name === 'cancel-run').map(({ atMs }) => atMs);
  expect(canceledAtMs).toEqual([10, 17, 24, 31].map((seconds) => seconds * SECOND));
  expect(driven.end?.outcome).toBe('timed_out');
});

it('lets a run that succeeds before the cancel reaches it succeed', () => {
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [HOUR],
      follow: () => ({ kind: 'ended', outcome: 'succeeded', failure: null, cancelRequested: true }),
    }),
  );

  expect(driven.end?.outcome).toBe('succeeded');
});

it('ends a run that is canceled while it waits for admission without submitting it', () => {
  const driven = driveTrackRun(
    runState(),
    world(
      {
        durationsMs: [0],
        ask: (nowMs) => ({ kind: 'wait', ticket: 7, askAgainAtMs: nowMs + 5 * SECOND, position: 3 }),
      },
      (nowMs) => (nowMs >= 10 * SECOND ? { atMs: nowMs + SECOND, wake: { reason: 'cancel' } } : null),
    ),
  );

  expect(driven.end?.outcome).toBe('canceled');
  expect(count(driven, 'submit-run')).toBe(0);
  expect(count(driven, 'abandon')).toBe(1);
});

it('waits out an outage at submit and submits with the same attempt', () => {
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [SECOND],
      submit: (_now, tries) => (tries < 6 ? { kind: 'unavailable', notBeforeMs: null } : undefined),
    }),
  );

  expect(driven.end?.outcome).toBe('succeeded');
  const attempts = driven.asked
    .filter(({ name }) => name === 'submit-run')
    .map(({ input }) => (input as { attempt: number }).attempt);
  expect(new Set(attempts)).toEqual(new Set([1]));
});

it('does not give up a run that may have reached Databricks when its deadline passes: settles it, then cancels', () => {
  const driven = driveTrackRun(
    runState({ deadlineAtMs: 5 * SECOND }),
    world({
      durationsMs: [HOUR],
      submit: (nowMs) => (nowMs < 60 * SECOND ? { kind: 'unavailable', notBeforeMs: null } : undefined),
    }),
  );

  expect(driven.end?.outcome).toBe('timed_out');
  expect(count(driven, 'cancel-run')).toBe(1);
});

it('closes the gate for all when Databricks answers 429, and tries again at the time it is given', () => {
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [SECOND],
      submit: (nowMs, tries) =>
        tries === 0 ? { kind: 'throttled', untilMs: nowMs + 20 * SECOND, refusal: null } : undefined,
    }),
  );

  expect(count(driven, 'throttled')).toBe(1);
  expect(driven.asked.filter(({ name }) => name === 'submit-run').map(({ atMs }) => atMs)).toEqual([0, 21 * SECOND]);
});

/** As Azure counts: delays are cut to whole seconds. */
function cutToSeconds(nowMs: number, fireAtMs: number): number {
  return nowMs + Math.floor(Math.max(0, fireAtMs - nowMs) / SECOND) * SECOND;
}

it.each([
  ['429', (untilMs: number): SubmitResult => ({ kind: 'throttled', untilMs, refusal: null })],
  ['503', (untilMs: number): SubmitResult => ({ kind: 'unavailable', notBeforeMs: untilMs })],
])('keeps the delay that a server named with a %s although timers fire early', (_status, answer) => {
  for (const delayMs of [1, 999, 1_000, 1_001, 2_500, 7_000, 61_700]) {
    const startMs = 123_456_789;
    const submits: number[] = [];
    const scripted = world({
      durationsMs: [SECOND],
      submit(nowMs, tries) {
        submits.push(nowMs);
        return tries === 0 ? answer(nowMs + delayMs) : undefined;
      },
    });
    const driven = driveTrackRun(runState(), { ...scripted, timer: cutToSeconds }, startMs);

    expect(driven.end?.outcome).toBe('succeeded');
    expect(submits[1]! - submits[0]!).toBeGreaterThanOrEqual(delayMs);
    expect(submits[1]! - submits[0]!).toBeLessThan(delayMs + 4 * SECOND);
  }
});

it('keeps the delay that a 503 named to a reading of the run, although timers fire early', () => {
  const readings: number[] = [];
  const scripted = world({
    durationsMs: [20 * SECOND],
    follow(nowMs) {
      readings.push(nowMs);
      return readings.length === 1
        ? { kind: 'unreachable', cancelRequested: false, notBeforeMs: nowMs + 25 * SECOND }
        : undefined;
    },
  });

  driveTrackRun(runState(), { ...scripted, timer: cutToSeconds }, 123_456_789);

  expect(readings[1]! - readings[0]!).toBeGreaterThanOrEqual(25 * SECOND);
});

it('never goes before its slot although timers fire early, and does not ask the clock again and again', () => {
  const startMs = 123_456_789;
  const driven = driveTrackRun(
    runState(),
    {
      ...world({
        durationsMs: [0],
        ask: (nowMs) => ({ kind: 'go', ticket: 0, atMs: nowMs + 1_700, notAfterMs: nowMs + 60 * SECOND }),
      }),
      timer: cutToSeconds,
    },
    startMs,
  );

  expect(driven.asked.find(({ name }) => name === 'submit-run')?.atMs).toBeGreaterThanOrEqual(startMs + 1_700);
  expect(driven.asked.length).toBeLessThan(10);
});

it('ends a run that Databricks refuses for more than a minute after a lost answer, and not before', () => {
  const refused = failure('configuration', 'INVALID_PARAMETER_VALUE', 'no');
  const driven = driveTrackRun(
    runState(),
    world({ durationsMs: [0], submit: () => ({ kind: 'doubtful', failure: refused }) }),
  );
  const takenBack = driveTrackRun(
    runState(),
    world({
      durationsMs: [0],
      submit: (_now, tries) => (tries < 6 ? { kind: 'doubtful', failure: refused } : undefined),
    }),
  );

  expect(driven.end).toEqual({ outcome: 'rejected', failure: refused });
  expect(driven.endedAtMs).toBeGreaterThan(60 * SECOND);
  expect(takenBack.end?.outcome).toBe('succeeded');
});

it('ends a run clearly that a full window of creations keeps out for hours, without a word of 429', () => {
  const full = failure('capacity', 'INVALID_STATE', 'There were already 9 jobs created');
  const driven = driveTrackRun(
    runState(),
    world({
      durationsMs: [0],
      submit: (nowMs) => ({ kind: 'throttled', untilMs: nowMs + 60 * SECOND, refusal: full }),
    }),
  );

  expect(driven.end).toEqual({ outcome: 'rejected', failure: full });
  expect(driven.endedAtMs).toBeGreaterThan(4 * HOUR);
});

it('gives the slot back of a run that has created nothing, and that of no other', () => {
  const ends: SubmitResult[] = [
    { kind: 'canceled' },
    { kind: 'overdue' },
    { kind: 'rejected', failure: failure('configuration', 'X', '') },
  ];
  const unused = ends.map((end) => driveTrackRun(runState(), world({ durationsMs: [0], submit: () => end })));
  const used = driveTrackRun(runState(), world({ durationsMs: [0] }));
  const released = (driven: Driven) => driven.asked.find(({ name }) => name === 'release')?.input;

  for (const driven of unused) expect(released(driven)).toEqual({ tasks: 1, unused: { atMs: 0, notAfterMs: SECOND } });
  expect(released(used)).toEqual({ tasks: 1, unused: null });
});

it('counts a saved job as large as it is before it asks for places, and as its run tells afterwards', () => {
  let sizes = 0;
  const scripted = world({
    durationsMs: [0],
    follow: (nowMs) =>
      nowMs < 30 * SECOND ? { kind: 'active', started: true, cancelRequested: false, taskCount: 7 } : undefined,
  });
  const driven = driveTrackRun(runState({ kind: 'run_now', sizeUnknown: true }), {
    answer(name, input, nowMs) {
      if (name !== 'size-run') return scripted.answer(name, input, nowMs);
      return sizes++ === 0 ? { kind: 'unavailable', notBeforeMs: nowMs + 9 * SECOND } : { kind: 'sized', taskCount: 5 };
    },
  });

  const inputs = (name: string) => driven.asked.filter((asked) => asked.name === name).map(({ input }) => input);
  expect(inputs('ask')).toMatchObject([{ ticket: null, tasks: 5, kind: 'run_now' }]);
  expect(driven.asked.find(({ name }) => name === 'ask')?.atMs).toBeGreaterThanOrEqual(9 * SECOND);
  expect(inputs('resize')).toEqual([{ from: 5, to: 7 }]);
  expect(inputs('release')).toEqual([{ tasks: 7, unused: null }]);
});

it('tries a repair again as often as its owner allows, whatever came before the repair', () => {
  const platform = failure('platform', 'CLOUD_FAILURE', 'gone');
  const driven = driveTrackRun(
    runState({ attempt: 4, attemptsBefore: 3, kind: 'repair' }),
    world({
      durationsMs: [0],
      follow: () => ({ kind: 'ended', outcome: 'failed', failure: platform, cancelRequested: false }),
    }),
  );

  const attempts = driven.asked
    .filter(({ name }) => name === 'submit-run')
    .map(({ input, atMs }) => [(input as { attempt: number }).attempt, Math.round(atMs / (10 * SECOND))]);
  expect(attempts).toEqual([
    [4, 0],
    [5, 3],
    [6, 9],
  ]);
});

it('goes when it is called, in the slot that it is given, and does not ask again', () => {
  const slot = { atMs: 42 * SECOND, notAfterMs: 44 * SECOND };
  const called: World['event'] = (nowMs) =>
    nowMs < 40 * SECOND ? { atMs: 40 * SECOND, wake: { reason: 'admitted', ticket: 7, slot } } : null;
  const full = (nowMs: number) => ({ kind: 'wait', ticket: 7, askAgainAtMs: nowMs + 180 * SECOND, position: 1 });
  const driven = driveTrackRun(runState(), world({ durationsMs: [SECOND], ask: full }, called));

  expect(driven.end?.outcome).toBe('succeeded');
  expect(count(driven, 'ask')).toBe(1);
  expect(driven.asked.find(({ name }) => name === 'submit-run')).toMatchObject({
    atMs: slot.atMs,
    input: { notAfterMs: slot.notAfterMs },
  });
});

it('asks when it is called to, and heeds no call that is meant for an earlier ticket of its run', () => {
  const calls: World['event'] = (nowMs) => {
    if (nowMs < 10 * SECOND)
      return { atMs: 10 * SECOND, wake: { reason: 'admitted', ticket: 6, slot: { atMs: 0, notAfterMs: 0 } } };
    return nowMs < 20 * SECOND ? { atMs: 20 * SECOND, wake: { reason: 'ask', ticket: 7 } } : null;
  };
  const ask = (nowMs: number, asks: number) =>
    asks === 0
      ? { kind: 'wait', ticket: 7, askAgainAtMs: nowMs + 180 * SECOND, position: 1 }
      : { kind: 'go', ticket: 7, atMs: nowMs, notAfterMs: nowMs + SECOND };
  const driven = driveTrackRun(runState(), world({ durationsMs: [SECOND], ask }, calls));

  expect(driven.asked.filter(({ name }) => name === 'ask').map(({ atMs }) => atMs)).toEqual([0, 20 * SECOND]);
  expect(driven.end?.outcome).toBe('succeeded');
});

it('has those called who may go since it gave its places back, once', () => {
  const calls = [{ instanceId: 'other', ticket: 8, slot: { atMs: 1, notAfterMs: 2 } }];
  const scripted = world({ durationsMs: [SECOND] });
  let tries = 0;
  const driven = driveTrackRun(runState(), {
    answer: (name, input, nowMs) => {
      if (name === 'release') return calls;
      return name === 'complete-run' && ++tries < 3
        ? { kind: 'again', againMs: SECOND }
        : scripted.answer(name, input, nowMs);
    },
  });

  const completions = driven.asked.filter(({ name }) => name === 'complete-run');
  expect(completions.map(({ input }) => (input as { calls: unknown }).calls)).toEqual([calls, [], []]);
});
