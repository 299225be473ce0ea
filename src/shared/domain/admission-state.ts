import type { CreationLimits, CreationWindow } from './creation-window.ts';
import type { QueueFront } from './next-in-queue.ts';
import type { CallerQueues } from './caller-queues.ts';

/** The gate before a workspace: how many runs may be created in a window of time and how many tasks may run at once. */
export interface AdmissionLimits extends CreationLimits {
  maxConcurrentTasks: number;
}

/** Does not grow with the queue: the whole of it is read and written at each operation. */
export interface AdmissionState extends CreationWindow, CallerQueues, QueueFront {
  /** Tasks of the runs that have been admitted and not released. */
  active: number;
  /** Tasks of all the runs that have ever been admitted. */
  admittedTasks: number;
  /** When the latest runs were admitted, kept for the estimate of a wait. */
  recentAdmissionsMs: number[];
  /** A run that needs more room than there is; no run that came later passes it until it has asked again. */
  blocked: { ticket: number; untilMs: number } | null;
  /** Since when places have been free that those in front do not ask for, epoch ms. */
  stalledSinceMs: number | null;
  /** Runs that had taken over a place and have given it back before the run whose place it was: the latest. */
  settled: { ticket: number; places: number }[];
  /** How many corrections of these counts have been made. */
  recounts: number;
}

/** A workspace for which nothing runs or waits. */
export function emptyAdmission(): AdmissionState {
  return {
    queues: [],
    turn: 0,
    active: 0,
    admittedTasks: 0,
    slices: [],
    kept: 0,
    lastGoAtMs: 0,
    closedUntilMs: 0,
    recentAdmissionsMs: [],
    blocked: null,
    stalledSinceMs: null,
    next: [],
    granted: [],
    expired: [],
    settled: [],
    recounts: 0,
  };
}
