import { expect, it } from 'vitest';
import {
  abandon,
  allWaiting,
  ask,
  moveCreation,
  close,
  emptyAdmission,
  issueTicket,
  recount,
  release,
  resize,
  type AdmissionLimits,
  type AdmissionState,
  type CreationKind,
} from '../../../src/shared/domain/admission.ts';
import { possibleSuccessors } from '../../../src/shared/domain/possible-successors.ts';
import { runQueue } from '../../support/waiting-queue.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const limits: AdmissionLimits = {
  maxConcurrentTasks: 100,
  creationsPerWindow: 300,
  windowMs: MINUTE,
  perSecond: { submit: 30, run_now: 17, repair: 4 },
};

/** So many runs ask one after the other, each as soon as the pace allows. */
function askAtOnce(state: AdmissionState, runs: number): void {
  for (let run = 0; run < runs; run++)
    ask(state, limits, { ticket: issueTicket(state), tasks: 1, nowMs: state.lastGoAtMs });
}

function countedIn({ slices }: AdmissionState): number {
  return slices.reduce((sum, [, count]) => sum + count, 0);
}

function mostInAnyWindow(times: number[], windowMs: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  let first = 0;
  return sorted.reduce((most, time, last) => {
    while ((sorted[first] ?? 0) <= time - windowMs) first++;
    return Math.max(most, last - first + 1);
  }, 0);
}

it('never creates more than the window allows, and leaves less than a twentieth of it unused', () => {
  const { gone } = runQueue(limits, { runs: 2_000, durationMs: () => 5 * SECOND });
  const times = gone.map(({ atMs }) => atMs).toSorted((left, right) => left - right);

  expect(mostInAnyWindow(times, MINUTE)).toBeLessThanOrEqual(300);
  // Run number 1,800 cannot go before the seventh window has opened.
  expect((times[1_800] ?? 0) - (times[0] ?? 0)).toBeLessThan((6 * MINUTE) / 0.95);
});

it('never has more tasks running than allowed', () => {
  const { gone } = runQueue(limits, { runs: 600, durationMs: () => 90 * SECOND, tasks: (run) => 1 + (run % 3) });

  const atWork = gone.map(({ atMs }) =>
    gone.reduce((sum, other) => (other.atMs <= atMs && atMs < other.endMs ? sum + other.tasks : sum), 0),
  );
  expect(Math.max(...atWork)).toBeLessThanOrEqual(100);
});

it('lets runs through in the order in which they came', () => {
  for (const durationMs of [5 * SECOND, 20 * SECOND, 60 * SECOND]) {
    const { gone } = runQueue(limits, { runs: 1_000, durationMs: () => durationMs, arrivesMs: (run) => run * 15 });

    const displaced = gone.map(({ run }, place) => Math.abs(run - place)).toSorted((left, right) => left - right);
    expect(displaced[500]).toBeLessThan(2);
    expect(displaced.at(-1)).toBeLessThan(limits.maxConcurrentTasks / 2);
  }
});

it('lets a small burst through at once, at the pace that Databricks takes', () => {
  const { gone } = runQueue(limits, { runs: 30, durationMs: () => SECOND });

  expect(Math.max(...gone.map(({ atMs }) => atMs))).toBeLessThan(1.2 * SECOND);
});

it('does not let small runs starve a large one', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const large = issueTicket(state);
  const small = issueTicket(state);

  release(state, limits, { tasks: 1, nowMs: 10 * SECOND });
  expect(ask(state, limits, { ticket: large, tasks: 50, nowMs: 10 * SECOND }).kind).toBe('wait');
  expect(ask(state, limits, { ticket: small, tasks: 1, nowMs: 10 * SECOND }).kind).toBe('wait');
  release(state, limits, { tasks: 60, nowMs: 10 * SECOND });
  expect(ask(state, limits, { ticket: large, tasks: 50, nowMs: 20 * SECOND }).kind).toBe('go');
  expect(ask(state, limits, { ticket: small, tasks: 1, nowMs: 20 * SECOND }).kind).toBe('go');
});

it('moves a run that missed its slot to another one, and counts it once, however often', () => {
  for (const lasting of [false, true]) {
    const state = emptyAdmission();
    for (let run = 0; run < 280; run++) moveCreation(state, limits, { nowMs: 0 });
    let slot = moveCreation(state, limits, { nowMs: 0, lasting });
    const counted = countedIn(state);

    for (let moves = 1; moves <= 50; moves++) {
      slot = moveCreation(state, limits, { nowMs: moves * 20, from: slot, lasting });
      expect(countedIn(state)).toBe(counted);
    }
    release(state, limits, { tasks: 1, unused: slot, nowMs: 10 * SECOND });
    expect(countedIn(state)).toBe(280);
  }
});

it('keeps to the limit of the window when runs are moved after they may have been created', () => {
  const state = emptyAdmission();
  const created: number[] = [];
  const slots = Array.from({ length: 300 }, (_, run) => moveCreation(state, limits, { nowMs: run * 40 }));
  // All were created, their answers were lost, and they ask again ten seconds later.
  for (const from of slots) {
    created.push(from.atMs);
    moveCreation(state, limits, { nowMs: from.notAfterMs + 10 * SECOND, from });
  }
  for (let run = 0; run < 900; run++) created.push(moveCreation(state, limits, { nowMs: 20 * SECOND }).atMs);

  expect(mostInAnyWindow(created, MINUTE)).toBeLessThanOrEqual(300);
});

it('closes the gate for one kind of call, and lets the others go at their own pace', () => {
  const state = emptyAdmission();
  close(state, 60 * SECOND, 'run_now');
  const askAs = (kind: CreationKind) => ask(state, limits, { ticket: issueTicket(state), tasks: 1, nowMs: 0, kind });

  expect(askAs('submit').kind).toBe('go');
  expect(askAs('run_now').kind).toBe('wait');
  const moved = moveCreation(state, limits, { nowMs: 0, kind: 'run_now' });
  expect(moved.atMs).toBe(60 * SECOND);
  expect(moveCreation(state, limits, { nowMs: 0 }).atMs).toBeLessThan(SECOND);
});

it.each([
  ['submit', 30],
  ['run_now', 17],
  ['repair', 4],
] as const)('lets calls of %s go at %i a second', (kind, perSecond) => {
  const state = emptyAdmission();
  const times = Array.from({ length: 40 }, () => moveCreation(state, limits, { nowMs: 0, kind }).atMs);

  expect(mostInAnyWindow(times, SECOND)).toBeLessThanOrEqual(perSecond);
});

it('counts a run as large as it turns out to be, and gives back as much', () => {
  const state = emptyAdmission();
  askAtOnce(state, 90);

  resize(state, { from: 1, to: 8 });
  expect(state.active).toBe(97);
  resize(state, { from: 8, to: 5_000 });
  expect(state.active).toBe(5_089);
  release(state, limits, { tasks: 5_000, nowMs: 10 * SECOND });
  expect(state.active).toBe(89);
});

it('keeps to the limit when every run comes as late as its slot allows', () => {
  const state = emptyAdmission();
  const times = Array.from({ length: 1_500 }, (_, run) => {
    const slot = moveCreation(state, limits, { nowMs: 0 });
    return run % 3 === 0 ? slot.notAfterMs : slot.atMs;
  });

  expect(mostInAnyWindow(times, MINUTE)).toBeLessThanOrEqual(300);
});

it('asks for patience in proportion to the time in which nobody was let through', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const ticket = issueTicket(state);

  const waits = [SECOND, 30 * SECOND, 3_600 * SECOND].map((quietMs) => {
    const nowMs = state.lastGoAtMs + quietMs;
    const answer = ask(state, limits, { ticket, tasks: 1, nowMs });
    return answer.kind === 'wait' ? Math.round((answer.askAgainAtMs - nowMs) / 100) * 100 : 0;
  });
  expect(waits).toEqual([0.5 * SECOND, 3 * SECOND, 10 * SECOND]);
});

it('opens again at the time that a 429 named, and not before', () => {
  const state = emptyAdmission();
  close(state, 30 * SECOND);

  const ticket = issueTicket(state);
  expect(ask(state, limits, { ticket, tasks: 1, nowMs: 0 })).toMatchObject({ kind: 'wait', askAgainAtMs: 29 * SECOND });
  expect(ask(state, limits, { ticket, tasks: 1, nowMs: 29 * SECOND })).toMatchObject({ kind: 'go', atMs: 30 * SECOND });
});

it('counts those who wait, and no longer those who gave up', () => {
  const state = emptyAdmission();
  askAtOnce(state, 103);
  expect(allWaiting(state)).toBe(3);

  abandon(state, limits, { ticket: 102, nowMs: 10 * SECOND });

  expect(allWaiting(state)).toBe(2);
});

it('keeps those in the queue, with their positions, for whom the window has no room yet', () => {
  const state = emptyAdmission();
  const small = { ...limits, maxConcurrentTasks: 1_900, creationsPerWindow: 3 };
  const answers = Array.from({ length: 8 }, () =>
    ask(state, small, { ticket: issueTicket(state), tasks: 1, nowMs: 0 }),
  );

  expect(answers.map(({ kind }) => kind).filter((kind) => kind === 'wait').length).toBeGreaterThanOrEqual(5);
  expect(allWaiting(state)).toBeGreaterThanOrEqual(5);
  const last = answers.at(-1);
  expect(last?.kind === 'wait' && last.position).toBe(allWaiting(state));
  expect(last?.kind === 'wait' && last.askAgainAtMs).toBeGreaterThanOrEqual(MINUTE);
});

it('names whole milliseconds, as clocks count them', () => {
  const odd = { ...limits, creationsPerWindow: 170, windowMs: 59 * SECOND };
  const state = emptyAdmission();
  const answers = Array.from({ length: 400 }, (_, run) =>
    ask(state, odd, { ticket: issueTicket(state), tasks: 1, nowMs: run * 7 }),
  );

  const times = answers.map((answer) => (answer.kind === 'go' ? answer.atMs : answer.askAgainAtMs));
  expect(times.filter((time) => !Number.isInteger(time))).toEqual([]);
});

it('gives a run that keeps missing its slots one that lasts for a window, within the limit', () => {
  const state = emptyAdmission();
  const lasting = Array.from({ length: 50 }, () => moveCreation(state, limits, { nowMs: 0, lasting: true }));
  const others = Array.from({ length: 1_000 }, () => moveCreation(state, limits, { nowMs: 0 }));

  for (const { atMs, notAfterMs } of lasting) expect(notAfterMs - atMs).toBeGreaterThanOrEqual(MINUTE);
  for (const share of [0, 0.5, 1]) {
    const late = lasting.map(({ atMs, notAfterMs }) => atMs + share * (notAfterMs - atMs));
    expect(mostInAnyWindow([...late, ...others.map(({ atMs }) => atMs)], MINUTE)).toBeLessThanOrEqual(300);
  }
});

it('keeps those back who are behind a large run, without asking them all the time', () => {
  const state = emptyAdmission();
  askAtOnce(state, 60);
  const large = issueTicket(state);
  const behind = Array.from({ length: 40 }, () => issueTicket(state));
  const nowMs = state.lastGoAtMs + 3_600 * SECOND;

  const [first, ...others] = [large, ...behind].map((ticket) =>
    ask(state, limits, { ticket, tasks: ticket === large ? 90 : 1, nowMs }),
  );

  expect(first).toMatchObject({ kind: 'wait', askAgainAtMs: nowMs + 10 * SECOND });
  for (const answer of others)
    expect(answer.kind === 'wait' && answer.askAgainAtMs).toBeGreaterThan(nowMs + 10 * SECOND);
});

it('believes one of two sweeps that found the same places missing, or too many', () => {
  const state = emptyAdmission();
  askAtOnce(state, 20);
  const found = { active: 5, waiting: 0, missing: 0, recounts: state.recounts };

  recount(state, found);
  recount(state, found);
  expect(state.active).toBe(15);

  recount(state, { ...found, active: 0, missing: 3, recounts: state.recounts });
  expect(state.active).toBe(18);
});

it('lets those behind a lost ticket move up', () => {
  const state = emptyAdmission();
  askAtOnce(state, 110);

  recount(state, { active: 0, waiting: 4, missing: 0, recounts: state.recounts });

  expect(allWaiting(state)).toBe(6);
  const last = ask(state, limits, { ticket: 109, tasks: 1, nowMs: state.lastGoAtMs });
  expect(last).toMatchObject({ kind: 'wait', position: 6 });
});

it('keeps a state that does not grow with the queue', () => {
  const state = emptyAdmission();
  for (let run = 0; run < 20_000; run++) ask(state, limits, { ticket: issueTicket(state), tasks: 1, nowMs: run });

  expect(JSON.stringify(state).length).toBeLessThan(4_096);
});

/** What an orchestration says of itself, so that it can be called. */
function called(instanceId: string) {
  return { instanceId, run: { id: instanceId, createdAtMs: 0, attempt: 1 } };
}

/** A full workspace, with runs of so many tasks each that wait for places; returns their tickets. */
function fullWith(state: AdmissionState, waitingTasks: readonly number[]): number[] {
  askAtOnce(state, 100);
  return waitingTasks.map((tasks, index) => {
    const ticket = issueTicket(state);
    expect(ask(state, limits, { ticket, tasks, nowMs: 10 * SECOND, ...called(`run-${index}`) }).kind).toBe('wait');
    return ticket;
  });
}

it('lets those through who are next when places are given back, in their order, and no more than there is room for', () => {
  const state = emptyAdmission();
  const [first, large, last] = fullWith(state, [1, 3, 1]);

  const calls = release(state, limits, { tasks: 2, nowMs: 20 * SECOND });
  expect(calls).toMatchObject([{ instanceId: 'run-0', ticket: first, slot: { atMs: 20 * SECOND } }]);
  expect(state.active).toBe(99);

  expect(release(state, limits, { tasks: 1, nowMs: 21 * SECOND })).toEqual([]);
  const later = release(state, limits, { tasks: 2, nowMs: 22 * SECOND });
  expect(later.map(({ ticket }) => ticket)).toEqual([large, last]);
  expect(state).toMatchObject({ active: 100, next: [] });
});

it('keeps a place for a run ahead that asks by the clock, however many behind it are to be called', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const byTheClock = issueTicket(state);
  expect(ask(state, limits, { ticket: byTheClock, tasks: 1, nowMs: 10 * SECOND }).kind).toBe('wait');
  const ticket = issueTicket(state);
  ask(state, limits, { ticket, tasks: 1, nowMs: 10 * SECOND, ...called('called') });

  expect(release(state, limits, { tasks: 1, nowMs: 20 * SECOND })).toEqual([]);
  expect(release(state, limits, { tasks: 1, nowMs: 20 * SECOND })).toMatchObject([{ instanceId: 'called' }]);
  expect(ask(state, limits, { ticket: byTheClock, tasks: 1, nowMs: 21 * SECOND }).kind).toBe('go');
  expect(state.active).toBe(100);
});

it('has those who are too far behind to be called ask at the pace, not when the first asks for safety', () => {
  const state = emptyAdmission();
  fullWith(
    state,
    Array.from({ length: 64 }, () => 1),
  );

  const ticket = issueTicket(state);
  const answer = ask(state, limits, { ticket, tasks: 1, nowMs: 11 * SECOND, ...called('behind') });

  expect(answer.kind === 'wait' && answer.askAgainAtMs).toBeLessThan(25 * SECOND);
});

it('has a run that waits to be called ask again after minutes only, and the first two after one', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);

  const answers = Array.from({ length: 4 }, (_, index) =>
    ask(state, limits, { ticket: issueTicket(state), tasks: 1, nowMs: 0, ...called(`run-${index}`) }),
  );

  const minutes = answers.map((answer) => answer.kind === 'wait' && answer.askAgainAtMs / MINUTE);
  expect(minutes).toEqual([1, 1, 3, 3]);
});

it('returns what it has granted to a run whose call was lost, and counts it once', () => {
  const state = emptyAdmission();
  const [ticket = 0] = fullWith(state, [1]);
  const [call] = release(state, limits, { tasks: 1, nowMs: 20 * SECOND });

  const answer = ask(state, limits, { ticket, tasks: 1, nowMs: 200 * SECOND, ...called('run-0') });

  expect(answer).toEqual({ kind: 'go', ticket, ...call?.slot });
  expect(state.active).toBe(100);
});

it('gives to the next what it has granted to a run that ended without having heard of it', () => {
  const state = emptyAdmission();
  const [first = 0, second] = fullWith(state, [1, 1]);
  release(state, limits, { tasks: 1, nowMs: 20 * SECOND });
  const counted = countedIn(state);

  const calls = abandon(state, limits, { ticket: first, nowMs: 21 * SECOND });

  expect(calls).toMatchObject([{ ticket: second }]);
  expect([state.active, countedIn(state), allWaiting(state)]).toEqual([100, counted, 0]);
});

it('calls a run to ask where only the window keeps it waiting', () => {
  const state = emptyAdmission();
  fullWith(state, [1]);
  close(state, 60 * SECOND);

  expect(release(state, limits, { tasks: 1, nowMs: 20 * SECOND })).toMatchObject([{ instanceId: 'run-0', slot: null }]);
  expect(state.active).toBe(99);
});

it('lets nobody through who has not asked again for a long time', () => {
  const state = emptyAdmission();
  fullWith(state, [1]);

  expect(release(state, limits, { tasks: 1, nowMs: 10 * MINUTE })).toEqual([]);
});

it('remembers no more than 64 of those who wait, and those who are next', () => {
  const state = emptyAdmission();
  fullWith(
    state,
    Array.from({ length: 1_000 }, () => 1),
  );

  expect(state.next.map(({ ticket }) => ticket)).toEqual(Array.from({ length: 64 }, (_, index) => 100 + index));
  expect(JSON.stringify(state).length).toBeLessThan(14_000);
});

it('gives the place of a run that has ended to the run that has taken it over, and to nobody else', () => {
  const state = emptyAdmission();
  const [first, second = 0] = fullWith(state, [1, 1]);
  const counted = countedIn(state);

  const calls = release(state, limits, { tasks: 1, successor: { ticket: second, places: 1 }, nowMs: 20 * SECOND });

  expect(calls).toEqual([]);
  expect(state).toMatchObject({ active: 100, next: [{ ticket: first }], granted: [{ ticket: second }] });
  expect(countedIn(state)).toBe(counted + 1);
});

it('counts a run that has taken over a place once, in whatever order it is heard of', () => {
  const successor = (ticket: number) => ({ ticket, places: 1 });
  const ended = { tasks: 1, nowMs: 20 * SECOND };
  const orders: ((state: AdmissionState, ticket: number) => unknown)[] = [
    // Its own end is heard of before that of the run whose place it had.
    (state, ticket) => release(state, limits, { ...ended, ticket }),
    // It was let through by itself meanwhile.
    (state, ticket) => {
      release(state, limits, ended);
      ask(state, limits, { ticket, tasks: 1, nowMs: 21 * SECOND, ...called('run-0') });
    },
    // It was canceled, and counts as it turns out that it was created.
    (state, ticket) => {
      abandon(state, limits, { ticket, nowMs: 20 * SECOND });
      resize(state, { from: 0, to: 1 });
    },
  ];
  const actives = orders.map((before) => {
    const state = emptyAdmission();
    const [ticket = 0] = fullWith(state, [1]);
    before(state, ticket);
    release(state, limits, { ...ended, successor: successor(ticket), nowMs: 22 * SECOND });
    return [state.active, allWaiting(state), state.kept];
  });

  expect(actives).toEqual([
    [99, 0, 0],
    [99, 0, 0],
    [100, 0, 0],
  ]);
});

it('keeps a creation for each that may take over a place, a fiftieth of the window at most', () => {
  const wide = { ...limits, creationsPerWindow: 600 };
  const state = emptyAdmission();
  askAtOnce(state, 100);
  for (let index = 0; index < 40; index++)
    ask(state, wide, { ticket: issueTicket(state), tasks: 1, nowMs: 10 * SECOND, ...called(`run-${index}`) });

  expect(possibleSuccessors(state, wide, { caller: '', nowMs: 10 * SECOND }).map(({ ticket }) => ticket)).toEqual(
    Array.from({ length: 12 }, (_, index) => 100 + index),
  );
  expect(state.kept).toBe(12);
  const slots = Array.from({ length: 600 }, () => moveCreation(state, wide, { nowMs: 10 * SECOND }));
  const inWindow = slots.filter(({ atMs }) => atMs < MINUTE).length;
  expect(inWindow + 100 + state.kept).toBeLessThanOrEqual(600);
});

it('has nobody take over a place while the gate is closed, a large run waits for room, or others wait ahead', () => {
  const possible = (change: (state: AdmissionState) => void) => {
    const state = emptyAdmission();
    askAtOnce(state, 100);
    change(state);
    ask(state, limits, { ticket: issueTicket(state), tasks: 1, nowMs: 10 * SECOND, ...called('run') });
    return possibleSuccessors(state, limits, { caller: '', nowMs: 10 * SECOND }).length;
  };

  expect(possible(() => undefined)).toBe(1);
  expect(possible((state) => close(state, 20 * SECOND))).toBe(0);
  expect(possible((state) => issueTicket(state))).toBe(0);
  expect(
    possible((state) => {
      const ticket = issueTicket(state);
      ask(state, limits, { ticket, tasks: 5, nowMs: 10 * SECOND });
    }),
  ).toBe(0);
});

it('gives up those at the front who do not ask again, who go first when they do', () => {
  const one = { ...limits, maxConcurrentTasks: 1 };
  const state = emptyAdmission();
  askAtOnce(state, 1);
  ask(state, one, { ticket: 0, tasks: 1, nowMs: 0 });
  const [gone, second] = [issueTicket(state), issueTicket(state)];
  for (const ticket of [gone, second]) ask(state, one, { ticket, tasks: 1, nowMs: 0, ...called(`run-${ticket}`) });
  ask(state, one, { ticket: second, tasks: 1, nowMs: MINUTE, ...called(`run-${second}`) });

  expect(release(state, one, { tasks: 1, nowMs: 2 * MINUTE })).toMatchObject([{ ticket: second }]);
  expect(allWaiting(state)).toBe(0);
  release(state, one, { tasks: 1, nowMs: 3 * MINUTE });
  expect(ask(state, one, { ticket: gone, tasks: 1, nowMs: 3 * MINUTE }).kind).toBe('go');
  expect([allWaiting(state), state.active]).toEqual([0, 1]);
});

it('lets those behind go after a minute of free places that nobody ahead of them asks for', () => {
  const one = { ...limits, maxConcurrentTasks: 1 };
  const state = emptyAdmission();
  const [gone, second] = [issueTicket(state), issueTicket(state)];
  const again = (nowMs: number) => ask(state, one, { ticket: second, tasks: 1, nowMs, ...called('second') });

  const first = again(0);
  expect(first).toMatchObject({ kind: 'wait', askAgainAtMs: MINUTE });
  expect(again(MINUTE).kind).toBe('go');
  release(state, one, { tasks: 1, nowMs: 2 * MINUTE });
  expect(ask(state, one, { ticket: gone, tasks: 1, nowMs: 2 * MINUTE }).kind).toBe('go');
  expect(allWaiting(state)).toBe(0);
});

it('lets those behind a lost run go past callers that have as many active runs as they may', () => {
  const two = { ...limits, maxConcurrentTasks: 2 };
  const state = emptyAdmission();
  const limited = { key: 'b2', activeLimit: 1 };
  const first = issueTicket(state, limited);
  ask(state, two, { ticket: first, tasks: 1, nowMs: 0 });
  const held = issueTicket(state, limited);
  ask(state, two, { ticket: held, tasks: 1, nowMs: SECOND, ...called('held') });
  const [, second] = [issueTicket(state, one), issueTicket(state, one)];
  state.turn = 0;
  const again = (nowMs: number) => ask(state, two, { ticket: second, tasks: 1, nowMs, ...called('second') });

  expect(again(2 * SECOND).kind).toBe('wait');
  expect(again(2 * SECOND + MINUTE).kind).toBe('go');
});

it('counts places alike before and after the limit is another', () => {
  const few = { ...limits, maxConcurrentTasks: 10 };
  const many = { ...limits, maxConcurrentTasks: 50 };
  const go = (state: AdmissionState, by: AdmissionLimits, tasks: number) =>
    ask(state, by, { ticket: issueTicket(state), tasks, nowMs: state.lastGoAtMs + SECOND }).kind;

  const raised = emptyAdmission();
  expect(go(raised, few, 30)).toBe('go');
  for (let run = 0; run < 20; run++) go(raised, many, 1);
  release(raised, many, { tasks: 30, nowMs: MINUTE });
  expect(raised.active).toBe(20);

  const lowered = emptyAdmission();
  for (let run = 0; run < 2; run++) go(lowered, many, 20);
  for (let run = 0; run < 2; run++) release(lowered, few, { tasks: 20, nowMs: MINUTE });
  expect(lowered.active).toBe(0);
});

it('counts the active runs of a caller alike before and after its limit is another', () => {
  const state = emptyAdmission();
  const unlimited = { key: 'a1', activeLimit: null };
  const limited = { key: 'a1', activeLimit: 1 };
  const [first, second] = [issueTicket(state, unlimited), issueTicket(state, limited)];
  const go = (ticket: number, caller: typeof unlimited | typeof limited) =>
    ask(state, limits, { ticket, tasks: 1, caller, nowMs: state.lastGoAtMs + SECOND }).kind;

  expect(go(first, unlimited)).toBe('go');
  release(state, limits, { tasks: 1, nowMs: MINUTE });
  expect(go(second, limited)).toBe('go');

  const third = issueTicket(state, unlimited);
  release(state, limits, { tasks: 1, caller: 'a1', nowMs: MINUTE });
  expect(go(third, unlimited)).toBe('go');
  expect(state.queues).toMatchObject([{ active: 0 }]);
});

const one = { key: 'a1', activeLimit: null };
const other = { key: 'b2', activeLimit: null };

it('lets callers go in turns, each its runs in their order, and names the place in the whole queue', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const enter = (caller: { key: string; activeLimit: number | null }, name: string) => {
    const ticket = issueTicket(state, caller);
    const answer = ask(state, limits, { ticket, tasks: 1, nowMs: 10 * SECOND, ...called(name) });
    return answer.kind === 'wait' ? answer.position : 0;
  };

  expect(['a0', 'a1', 'a2', 'a3'].map((name) => enter(one, name))).toEqual([1, 2, 3, 4]);
  expect(['b0', 'b1'].map((name) => enter(other, name))).toEqual([2, 4]);
  const gone = Array.from({ length: 6 }, () => release(state, limits, { tasks: 1, nowMs: 20 * SECOND }));
  expect(gone.flat().map(({ instanceId }) => instanceId)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'a3']);
  expect(allWaiting(state)).toBe(0);
});

it('lets no more runs of a caller go than may be active, and others past them', () => {
  const state = emptyAdmission();
  const limited = { key: 'a1', activeLimit: 2 };
  const enter = (caller: { key: string; activeLimit: number | null }, name: string) =>
    ask(state, limits, { ticket: issueTicket(state, caller), tasks: 1, nowMs: SECOND * 10, ...called(name) });
  const end = (caller: string | undefined) =>
    release(state, limits, { tasks: 1, nowMs: 20 * SECOND, ...(caller === undefined ? {} : { caller }) });

  expect(['a0', 'a1', 'a2', 'a3'].map((name) => enter(limited, name).kind)).toEqual(['go', 'go', 'wait', 'wait']);
  expect(enter(other, 'b0').kind).toBe('go');
  expect(possibleSuccessors(state, limits, { caller: 'b2', nowMs: 10 * SECOND })).toEqual([]);
  expect(possibleSuccessors(state, limits, { caller: 'a1', nowMs: 10 * SECOND })).toMatchObject([{ instanceId: 'a2' }]);
  expect(end(undefined)).toEqual([]);
  expect(end('a1')).toMatchObject([{ instanceId: 'a2' }]);
  expect(end('a1')).toMatchObject([{ instanceId: 'a3' }]);
  expect(state.queues.map(({ active }) => active)).toEqual([2, 0]);
});

it('keeps a state that does not grow with the callers', () => {
  const state = emptyAdmission();
  for (let run = 0; run < 10_000; run++) {
    const caller = { key: (run % 500).toString(16).padStart(16, '0'), activeLimit: null };
    const ticket = issueTicket(state, caller, { nowMs: run * 1_000 });
    ask(state, limits, { ticket, tasks: 1, nowMs: run * 1_000, ...called(`run-${run}`) });
    if (run > 50) release(state, limits, { tasks: 1, nowMs: run * 1_000 });
  }

  expect(state.queues.length).toBeLessThanOrEqual(128);
  expect(JSON.stringify(state).length).toBeLessThan(40_000);
});
