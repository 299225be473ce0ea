import type { AppContext } from '../../context.ts';
import { allWaiting, type AdmissionState, type Miscount } from '../../domain/admission.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { SweepReport } from '../../ledger/sweep-ledger.ts';
import { callerKey } from '../../admission/caller-key.ts';
import { issued, queueOfCaller } from '../../domain/caller-queues.ts';
import { callAdmitted } from './call-admitted.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** What the runs of a workspace account for that are not completed. */
interface HeldPlaces {
  /** Tasks of the runs that are at work for sure. */
  atLeast: number;
  /** With those that may be: only the gate knows of a queued run whether it was let through just now. */
  atMost: number;
  waitingRuns: number;
  /** Runs that have taken over places, by id; the gate may not have heard of that. */
  successors: Set<string>;
  /** How many runs may be active, by the key of their caller. */
  byCaller: Map<string, number>;
}

const RIGHT: Found = { active: 0, waiting: 0, missing: 0, callers: {} };

type Found = Required<Miscount>;

function nothingHeld(): HeldPlaces {
  return { atLeast: 0, atMost: 0, waitingRuns: 0, successors: new Set(), byCaller: new Map() };
}

/**
 * Compares what the gates of all workspaces have counted with the rows of their runs. The rows are read while runs come
 * and go, so the gates are read before and after: what may have changed in between is never taken for a miscount.
 */
export class AdmissionCheck {
  readonly #context: AppContext;
  readonly #orchestrations: RunOrchestrations;
  readonly #before: ReadonlyMap<string, AdmissionState>;
  readonly #held = new Map<string, HeldPlaces>();

  private constructor(
    context: AppContext,
    orchestrations: RunOrchestrations,
    before: ReadonlyMap<string, AdmissionState>,
  ) {
    this.#context = context;
    this.#orchestrations = orchestrations;
    this.#before = before;
  }

  /** To be called before the first row is read. @throws {EngineUnavailableError} */
  static async begin(context: AppContext, orchestrations: RunOrchestrations): Promise<AdmissionCheck> {
    const before = new Map<string, AdmissionState>();
    for (const { name } of context.config.workspaces) {
      const state = await orchestrations.admission(name);
      if (state === undefined) continue;
      before.set(name, state);
      context.telemetry.measure('gateway.queue.depth', allWaiting(state), { workspace: name });
    }
    return new AdmissionCheck(context, orchestrations, before);
  }

  /** Adds what a run that is not completed accounts for. */
  count(record: RunRecord): void {
    const { status, request, completedAtMs } = record;
    const held = this.#held.get(request.workspace) ?? nothingHeld();
    const places = request.taskCount;
    held.atMost += places;
    const caller = callerKey(record.submittedBy);
    held.byCaller.set(caller, (held.byCaller.get(caller) ?? 0) + 1);
    if (record.successorAttempt === record.attempt) held.successors.add(record.id);
    if (status === 'queued') held.waitingRuns++;
    // Once its end is known, the place is given back before the row is closed.
    else if (completedAtMs === null) held.atLeast += places;
    this.#held.set(request.workspace, held);
  }

  /**
   * Puts right what this sweep and the `previous` one have found alike: places that a purged orchestration never gave
   * back, or that were given back twice. Returns what was found and not yet put right, by workspace.
   */
  async repair(previous: SweepReport['drift']): Promise<SweepReport['drift']> {
    const left: SweepReport['drift'] = {};
    for (const [name, before] of this.#before) {
      const after = (await this.#orchestrations.admission(name)) ?? before;
      const found = miscountOf(before, after, this.#held.get(name) ?? nothingHeld());
      const certain = both(found, { ...RIGHT, ...previous[name] });
      const isWrong = Object.keys(certain.callers).length > 0;
      if (isWrong || certain.active + certain.waiting + certain.missing > 0) {
        await this.#orchestrations.signalAdmission(name, 'recount', { ...certain, recounts: after.recounts });
        // What is put right gives nothing back, so that no run is called for it.
        const freed = after.next.slice(0, certain.active);
        await callAdmitted(
          this.#context,
          this.#orchestrations,
          freed.map(({ instanceId, ticket, run }) => ({ instanceId, ticket, run, slot: null })),
        );
      }
      left[name] = {
        active: found.active - certain.active,
        waiting: found.waiting - certain.waiting,
        missing: found.missing - certain.missing,
        callers: isWrong ? {} : found.callers,
      };
    }
    return left;
  }
}

function miscountOf(before: AdmissionState, after: AdmissionState, held: HeldPlaces): Found {
  // Another sweep has put it right meanwhile.
  if (before.recounts !== after.recounts) return RIGHT;
  const letThrough = after.admittedTasks - before.admittedTasks;
  const unheard = new Set(
    [...before.next, ...after.next].map(({ run }) => run.id).filter((id) => held.successors.has(id)),
  );
  const drawn = issued(after) - issued(before);
  return {
    active: Math.max(0, after.active - letThrough - held.atMost),
    waiting: Math.max(0, allWaiting(after) - drawn - held.waitingRuns - unheard.size),
    missing: Math.max(0, held.atLeast - before.active - letThrough),
    callers: callersOf(before, after, held),
  };
}

/** Of callers whose active runs are limited, how many more the gate counts than there may be. */
function callersOf(before: AdmissionState, after: AdmissionState, held: HeldPlaces): Record<string, number> {
  const excess = after.queues.map(({ key, active }): [string, number] => {
    const sure = Math.min(active, queueOfCaller(before, key)?.active ?? 0);
    return [key, sure - (held.byCaller.get(key) ?? 0)];
  });
  return Object.fromEntries(excess.filter(([, count]) => count > 0));
}

function both(one: Found, other: Found): Found {
  const callers = Object.entries(one.callers).map(([key, count]): [string, number] => [
    key,
    Math.min(count, other.callers[key] ?? 0),
  ]);
  return {
    active: Math.min(one.active, other.active),
    waiting: Math.min(one.waiting, other.waiting),
    missing: Math.min(one.missing, other.missing),
    callers: Object.fromEntries(callers.filter(([, count]) => count > 0)),
  };
}
