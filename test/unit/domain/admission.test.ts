import { expect, it } from 'vitest';
import {
  abandon,
  ask,
  askForCreation,
  close,
  emptyAdmission,
  issueTicket,
  recount,
  release,
  waiting,
  type AdmissionLimits,
  type AdmissionState,
} from '../../../src/shared/domain/admission.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const limits: AdmissionLimits = {
  maxConcurrentTasks: 100,
  creationsPerWindow: 300,
  windowMs: MINUTE,
  submitsPerSecond: 30,
};

interface Going {
  ticket: number;
  atMs: number;
}

/** Runs everybody who waits until all have gone; each run holds its place for `durationMs`. */
function simulate(state: AdmissionState, runs: number, durationMs: number, tasks = 1): Going[] {
  const gone: Going[] = [];
  const line = Array.from({ length: runs }, () => ({ ticket: issueTicket(state, 0), atMs: 0 }));
  const ends: number[] = [];
  while (line.length > 0) {
    line.sort((left, right) => left.atMs - right.atMs || left.ticket - right.ticket);
    const next = line.shift()!;
    ends.sort((left, right) => left - right);
    while (ends[0] !== undefined && ends[0] <= next.atMs) {
      ends.shift();
      release(state, limits, tasks);
    }
    const answer = ask(state, limits, { ticket: next.ticket, tasks, nowMs: next.atMs });
    if (answer.kind === 'wait') line.push({ ticket: next.ticket, atMs: answer.askAgainAtMs });
    else {
      gone.push({ ticket: answer.ticket, atMs: answer.atMs });
      ends.push(answer.atMs + durationMs);
    }
  }
  return gone;
}

/** So many runs ask one after the other, each as soon as the pace allows. */
function askAtOnce(state: AdmissionState, runs: number): void {
  for (let run = 0; run < runs; run++)
    ask(state, limits, { ticket: issueTicket(state, 0), tasks: 1, nowMs: state.lastGoAtMs });
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
  const gone = simulate(emptyAdmission(), 2_000, 5 * SECOND);
  const times = gone.map(({ atMs }) => atMs);

  expect(mostInAnyWindow(times, MINUTE)).toBeLessThanOrEqual(300);
  const sorted = times.toSorted((left, right) => left - right);
  // Run number 1,800 cannot go before the seventh window has opened.
  expect((sorted[1_800] ?? 0) - (sorted[0] ?? 0)).toBeLessThan((6 * MINUTE) / 0.95);
});

it('never has more running than allowed', () => {
  const durationMs = 90 * SECOND;
  const gone = simulate(emptyAdmission(), 600, durationMs);

  const running = gone.map(
    ({ atMs }) => gone.filter((other) => other.atMs <= atMs && atMs < other.atMs + durationMs).length,
  );
  expect(Math.max(...running)).toBeLessThanOrEqual(100);
});

it('lets runs through in the order in which they came', () => {
  const gone = simulate(emptyAdmission(), 500, 20 * SECOND);

  const displaced = gone.map(({ ticket }, place) => Math.abs(ticket - place));
  expect(Math.max(...displaced)).toBeLessThan(limits.maxConcurrentTasks);
});

it('lets a small burst through at once, at the pace that Databricks takes', () => {
  const gone = simulate(emptyAdmission(), 30, SECOND);

  expect(Math.max(...gone.map(({ atMs }) => atMs))).toBeLessThan(1.1 * SECOND);
});

it('does not let small runs starve a large one', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const large = issueTicket(state, 0);
  const small = issueTicket(state, 0);

  release(state, limits, 1);
  expect(ask(state, limits, { ticket: large, tasks: 50, nowMs: 10 * SECOND }).kind).toBe('wait');
  expect(ask(state, limits, { ticket: small, tasks: 1, nowMs: 10 * SECOND }).kind).toBe('wait');
  release(state, limits, 60);
  expect(ask(state, limits, { ticket: large, tasks: 50, nowMs: 20 * SECOND }).kind).toBe('go');
  expect(ask(state, limits, { ticket: small, tasks: 1, nowMs: 20 * SECOND }).kind).toBe('go');
});

it('takes a run that missed its slot to another one, and gives the old one to whoever comes next', () => {
  const state = emptyAdmission();
  for (let run = 0; run < 299; run++) askForCreation(state, limits, { nowMs: 0 });
  const missed = askForCreation(state, limits, { nowMs: 0 });
  const full = structuredClone(state);

  const unused = askForCreation(state, limits, { nowMs: missed.notAfterMs + SECOND, unusedAtMs: missed.atMs });
  const perhapsUsed = askForCreation(full, limits, { nowMs: missed.notAfterMs + SECOND });

  expect(unused.atMs).toBe(missed.notAfterMs + SECOND);
  expect(perhapsUsed.atMs).toBeGreaterThan(MINUTE);
});

it('keeps to the limit when every run comes as late as its slot allows', () => {
  const state = emptyAdmission();
  const times = Array.from({ length: 1_500 }, (_, run) => {
    const slot = askForCreation(state, limits, { nowMs: 0 });
    return run % 3 === 0 ? slot.notAfterMs : slot.atMs;
  });

  expect(mostInAnyWindow(times, MINUTE)).toBeLessThanOrEqual(300);
});

it('asks for patience in proportion to the time in which nobody was let through', () => {
  const state = emptyAdmission();
  askAtOnce(state, 100);
  const ticket = issueTicket(state, 0);

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

  const ticket = issueTicket(state, 0);
  expect(ask(state, limits, { ticket, tasks: 1, nowMs: 0 })).toMatchObject({ kind: 'wait', askAgainAtMs: 30 * SECOND });
  expect(ask(state, limits, { ticket, tasks: 1, nowMs: 30 * SECOND })).toMatchObject({ kind: 'go', atMs: 30 * SECOND });
});

it('counts those who wait, and no longer those who gave up', () => {
  const state = emptyAdmission();
  askAtOnce(state, 103);
  expect(waiting(state)).toBe(3);

  abandon(state, 102);

  expect(waiting(state)).toBe(2);
});

it('keeps those in the line, with their positions, for whom the window has no room yet', () => {
  const state = emptyAdmission();
  const small = { ...limits, maxConcurrentTasks: 1_900, creationsPerWindow: 3 };
  const answers = Array.from({ length: 8 }, () =>
    ask(state, small, { ticket: issueTicket(state, 0), tasks: 1, nowMs: 0 }),
  );

  expect(answers.map(({ kind }) => kind).filter((kind) => kind === 'wait').length).toBeGreaterThanOrEqual(5);
  expect(waiting(state)).toBeGreaterThanOrEqual(5);
  const last = answers.at(-1);
  expect(last?.kind === 'wait' && last.position).toBe(waiting(state));
  expect(last?.kind === 'wait' && last.askAgainAtMs).toBeGreaterThanOrEqual(MINUTE);
});

it('believes one of two sweeps that found the same places missing', () => {
  const state = emptyAdmission();
  askAtOnce(state, 20);
  const found = { active: 5, waiting: 0, recounts: state.recounts };

  recount(state, found);
  recount(state, found);

  expect(state.active).toBe(15);
});

it('keeps a state that does not grow with the queue', () => {
  const state = emptyAdmission();
  for (let run = 0; run < 20_000; run++) ask(state, limits, { ticket: issueTicket(state, 0), tasks: 1, nowMs: run });

  expect(JSON.stringify(state).length).toBeLessThan(4_096);
});
