import type { FailureClass } from '../../src/shared/domain/failure.ts';
import type { Outcome } from '../../src/shared/domain/outcome.ts';

/** What each outcome of a run means. */
export const MEANING_OF_OUTCOME: Readonly<Record<Outcome, string>> = {
  succeeded: 'Every task succeeded.',
  succeeded_with_failures:
    'Tasks failed, and Databricks calls the run a success: what the job leads to did not depend on them.',
  failed: 'A task failed. `failure.class` says whose trouble it is.',
  timed_out: 'It took longer than `timeout_seconds` or `gateway.deadline_seconds` allow, and was cancelled.',
  canceled: 'Somebody cancelled it, here or in Databricks.',
  skipped: 'Databricks did not start it, as the job has as many runs as it may.',
  rejected: 'Databricks refused the request for good; nothing ran.',
  lost: 'Databricks no longer knows the run.',
};

/** What each class of failure means. */
export const MEANING_OF_FAILURE: Readonly<Record<FailureClass, string>> = {
  user_code: "The notebook, script or query failed: its owner's to mend.",
  configuration: 'The request, the job or the cluster is set up so that it cannot run.',
  capacity: 'The workspace is full. Tried again by default.',
  platform: 'Databricks or the cloud failed. Tried again by default.',
  timeout: 'It took longer than it may.',
  canceled: 'It was cancelled.',
  permission: 'The gateway, or who the run runs as, may not do that.',
};
