import type { Outcome, RunStatus } from '../api/documents.ts';

/** What a run's state is shown as: a word, a shape and a colour, so that none of them is needed alone. */
export interface RunState {
  label: string;
  tone: 'waiting' | 'working' | 'good' | 'warning' | 'bad' | 'quiet';
  shape: 'dots' | 'ring' | 'check' | 'check-half' | 'cross' | 'clock' | 'square' | 'skip' | 'barred' | 'question';
}

const OF_STATUS: Readonly<Record<Exclude<RunStatus, 'completed'>, RunState>> = {
  queued: { label: 'Queued', tone: 'waiting', shape: 'dots' },
  submitting: { label: 'Submitting', tone: 'working', shape: 'ring' },
  pending: { label: 'Starting', tone: 'working', shape: 'ring' },
  running: { label: 'Running', tone: 'working', shape: 'ring' },
  canceling: { label: 'Canceling', tone: 'quiet', shape: 'square' },
};

const OF_OUTCOME: Readonly<Record<Outcome, RunState>> = {
  succeeded: { label: 'Succeeded', tone: 'good', shape: 'check' },
  succeeded_with_failures: { label: 'With failures', tone: 'warning', shape: 'check-half' },
  failed: { label: 'Failed', tone: 'bad', shape: 'cross' },
  timed_out: { label: 'Timed out', tone: 'bad', shape: 'clock' },
  canceled: { label: 'Canceled', tone: 'quiet', shape: 'square' },
  skipped: { label: 'Skipped', tone: 'quiet', shape: 'skip' },
  rejected: { label: 'Rejected', tone: 'bad', shape: 'barred' },
  lost: { label: 'Lost', tone: 'bad', shape: 'question' },
};

/** What is shown for a status, or for the outcome of what is completed. A word that is not known here is shown as it is. */
export function runState(status: RunStatus, outcome: Outcome | null): RunState {
  const known: RunState | undefined = status === 'completed' ? OF_OUTCOME[outcome ?? 'succeeded'] : OF_STATUS[status];
  return known ?? { label: outcome ?? status, tone: 'quiet', shape: 'question' };
}

/** The ends that somebody has to look at. */
export const FAILURES: ReadonlySet<string> = new Set<Outcome>(['failed', 'timed_out', 'rejected', 'lost']);
