import {
  abandon,
  ask,
  emptyAdmission,
  issueTicket,
  release,
  type AdmissionCall,
  type AdmissionLimits,
} from '../../src/shared/domain/admission.ts';
import { Agenda } from './agenda.ts';

interface LineOptions {
  runs: number;
  durationMs: (run: number) => number;
  /** When a run comes; all at once without. */
  arrivesMs?: (run: number) => number;
  tasks?: (run: number) => number;
  /** Whose run it is; all are of one caller without. */
  caller?: (run: number) => string;
  /** Gives up those that still wait at a time. */
  cancel?: { atMs: number; picks: (run: number) => boolean };
  /** When a run that is to ask again at a time does so: timers fire a little late, each by another amount. */
  asksAtMs?: (atMs: number, run: number) => number;
  untilMs?: number;
}

/** A call is an event, which takes a moment. */
const CALL_MS = 100;

export interface Going {
  run: number;
  atMs: number;
  endMs: number;
  tasks: number;
}

type Event = { atMs: number } & (
  | { kind: 'ask'; run: number; ticket: number | null }
  | { kind: 'end'; tasks: number }
  | { kind: 'cancel' }
);

/** Runs everybody who waits until all have gone: who went when, in this order, and when somebody asked. */
export function runQueue(limits: AdmissionLimits, options: LineOptions): { gone: Going[]; asksAtMs: number[] } {
  const {
    runs,
    durationMs,
    arrivesMs = () => 0,
    tasks = () => 1,
    caller = () => '',
    cancel,
    asksAtMs: asksAt = (atMs, run) => atMs + ((run * 7) % 50),
    untilMs = Infinity,
  } = options;
  const state = emptyAdmission();
  const agenda = new Agenda<Event>();
  const tickets = new Map<number, number>();
  const gone: Going[] = [];
  const asksAtMs: number[] = [];
  const go = (run: number, atMs: number) => {
    tickets.delete(run);
    const endMs = atMs + durationMs(run);
    gone.push({ run, atMs, endMs, tasks: tasks(run) });
    agenda.add({ kind: 'end', atMs: endMs, tasks: tasks(run) });
  };
  const call = (calls: readonly AdmissionCall[], atMs: number) => {
    for (const { instanceId, ticket, slot } of calls) {
      const run = Number(instanceId);
      if (tickets.get(run) !== ticket) throw new Error(`${run} is called and waits no longer.`);
      if (slot === null) agenda.add({ kind: 'ask', atMs: atMs + CALL_MS, run, ticket });
      else go(run, Math.max(slot.atMs, atMs + CALL_MS));
    }
  };
  for (let run = 0; run < runs; run++) agenda.add({ kind: 'ask', atMs: arrivesMs(run), run, ticket: null });
  if (cancel !== undefined) agenda.add({ kind: 'cancel', atMs: cancel.atMs });
  for (let event = agenda.next(); event !== undefined && event.atMs < untilMs; event = agenda.next()) {
    if (event.kind === 'end') {
      call(release(state, limits, { tasks: event.tasks, nowMs: event.atMs }), event.atMs);
    } else if (event.kind === 'cancel') {
      for (const [run, ticket] of tickets)
        if (cancel?.picks(run) === true && tickets.delete(run))
          call(abandon(state, limits, { ticket, nowMs: event.atMs }), event.atMs);
    } else {
      const { run, atMs } = event;
      if (event.ticket !== null && !tickets.has(run)) continue;
      const asked = {
        ticket: event.ticket ?? issueTicket(state, { key: caller(run), activeLimit: null }),
        tasks: tasks(run),
        nowMs: atMs,
        instanceId: String(run),
        run: { id: String(run), createdAtMs: 0, attempt: 1 },
      };
      const answer = ask(state, limits, asked);
      asksAtMs.push(atMs);
      if (answer.kind === 'wait') {
        tickets.set(run, answer.ticket);
        agenda.add({ kind: 'ask', atMs: asksAt(answer.askAgainAtMs, run), run, ticket: answer.ticket });
      } else go(run, answer.atMs);
    }
  }
  return { gone, asksAtMs };
}
