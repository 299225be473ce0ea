import {
  ask,
  close,
  emptyAdmission,
  issueTicket,
  moveCreation,
  type AdmissionLimits,
  type CreationSlot,
} from '../../src/shared/domain/admission.ts';
import { afterNamedTime } from '../../src/shared/domain/named-delay.ts';
import { afterFailureMs } from '../../src/shared/workflow/back-off.ts';
import { Agenda } from '../../test/support/agenda.ts';

/** How Databricks answers while it is down: too many requests for a second, or not at all. */
export type OutageKind = '429' | '503';

export interface OutageReport {
  /** Creations that the window counts at the end, however many there were. */
  counted: number;
  /** When each run was created, ms after the end of the outage (or after the first request where there was none). */
  createdAfterMs: number[];
  calls: number;
}

/** The limits of a gateway that is not told otherwise. */
const LIMITS: AdmissionLimits = {
  maxConcurrentTasks: 1_900,
  creationsPerWindow: 9_500,
  windowMs: 3_600_000,
  perSecond: { submit: 30, run_now: 17, repair: 4 },
};
const START_MS = 1_800_000_000_000;
const RETRY_AFTER_MS = 1_000;

type Event = { atMs: number } & (
  | { kind: 'ask'; ticket: number | null }
  | { kind: 'submit'; slot: CreationSlot; tries: number; missed: number }
);

/**
 * So many runs that come at once, and a Databricks that is down for a time: the gate itself and the waits of the submit
 * step, on a clock of its own. No run ends, as none does that takes hours.
 */
export function simulateOutage(kind: OutageKind, runs: number, outageMs: number): OutageReport {
  const state = emptyAdmission();
  const agenda = new Agenda<Event>();
  const upAtMs = START_MS + outageMs;
  const createdAfterMs: number[] = [];
  let calls = 0;
  for (let run = 0; run < runs; run++) agenda.add({ kind: 'ask', atMs: START_MS + run, ticket: null });
  for (let event = agenda.next(); event !== undefined; event = agenda.next()) {
    const { atMs: nowMs } = event;
    if (event.kind === 'ask') {
      const answer = ask(state, LIMITS, { ticket: event.ticket ?? issueTicket(state), tasks: 1, nowMs });
      if (answer.kind === 'wait') agenda.add({ kind: 'ask', atMs: answer.askAgainAtMs, ticket: answer.ticket });
      else agenda.add({ kind: 'submit', atMs: answer.atMs, slot: answer, tries: 0, missed: 0 });
      continue;
    }
    const { slot, tries, missed } = event;
    if (nowMs > slot.notAfterMs) {
      const next = moveCreation(state, LIMITS, { nowMs, from: slot, lasting: missed >= 20 });
      agenda.add({ kind: 'submit', atMs: next.atMs, slot: next, tries, missed: missed + 1 });
      continue;
    }
    calls++;
    if (nowMs >= upAtMs) createdAfterMs.push(nowMs - upAtMs);
    else if (kind === '503') {
      agenda.add({ kind: 'submit', atMs: afterFailureMs(nowMs, tries, null), slot, tries: tries + 1, missed: 0 });
    } else {
      close(state, afterNamedTime(nowMs + RETRY_AFTER_MS));
      const next = moveCreation(state, LIMITS, { nowMs, from: slot });
      agenda.add({ kind: 'submit', atMs: next.atMs, slot: next, tries, missed });
    }
  }
  return { counted: state.slices.reduce((sum, [, count]) => sum + count, 0), createdAfterMs, calls };
}
