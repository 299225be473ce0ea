import type { App } from '../app.ts';
import type { AdmissionState } from '../domain/admission.ts';
import { waiting } from '../domain/admission.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { SweepReport } from '../ledger/sweep-ledger.ts';
import type { Orchestrations } from './orchestrations.ts';

/** The places before a workspace that its runs account for. */
export interface HeldPlaces {
  activeTasks: number;
  waitingRuns: number;
}

const NONE: HeldPlaces = { activeTasks: 0, waitingRuns: 0 };

/** Adds what a run that is not completed accounts for, by workspace. */
export function countPlaces(held: Map<string, HeldPlaces>, { status, request }: RunRecord): void {
  const known = held.get(request.workspace) ?? { ...NONE };
  if (status === 'queued') known.waitingRuns++;
  else known.activeTasks += request.taskCount;
  held.set(request.workspace, known);
}

/**
 * A place that a purged orchestration never gave back is taken back once two sweeps in a row have found it missing:
 * between one reading and the other, runs come and go. Answers what is missing still, by workspace.
 */
export async function repairAdmission(
  app: App,
  engine: Orchestrations,
  held: ReadonlyMap<string, HeldPlaces>,
  previous: SweepReport['leaks'],
): Promise<SweepReport['leaks']> {
  const leaks: SweepReport['leaks'] = {};
  for (const { name } of app.config.workspaces) {
    const state = await engine.admission(name);
    if (state === undefined) continue;
    const leak = leakOf(state, held.get(name) ?? NONE);
    const before = previous[name] ?? { active: 0, waiting: 0 };
    const certain = { active: Math.min(leak.active, before.active), waiting: Math.min(leak.waiting, before.waiting) };
    if (certain.active > 0 || certain.waiting > 0) {
      await engine.signalAdmission(name, 'recount', { ...certain, recounts: state.recounts });
    }
    leaks[name] = { active: leak.active - certain.active, waiting: leak.waiting - certain.waiting };
  }
  return leaks;
}

function leakOf(state: AdmissionState, truth: HeldPlaces) {
  // A queued row may already hold a place: until it is submitted, only the entity knows.
  const known = truth.activeTasks + truth.waitingRuns;
  return {
    active: Math.max(0, state.active - known),
    waiting: Math.max(0, waiting(state) - truth.waitingRuns),
  };
}
