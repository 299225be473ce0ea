/** How a run stands, in the words of the HTTP contract. */
export type RunStatus = 'queued' | 'submitting' | 'pending' | 'running' | 'canceling' | 'completed';

/** How a completed run ended. `rejected`: Databricks refused it for good; `lost`: Databricks no longer knows it. */
export type Outcome = (typeof OUTCOMES)[number];

/** How a run can end. */
export const OUTCOMES = [
  'succeeded',
  'succeeded_with_failures',
  'failed',
  'timed_out',
  'canceled',
  'skipped',
  'rejected',
  'lost',
] as const;

/** Where a run can be. */
export const RUN_STATUSES = ['queued', 'submitting', 'pending', 'running', 'canceling', 'completed'] as const;

/** Whether the run did what it was asked to do. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'succeeded_with_failures';
}
