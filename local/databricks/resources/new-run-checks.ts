import { ApiError, invalidParameter, invalidState } from '../api-error.ts';
import type { RunRecord } from '../runs/record.ts';
import type { Workspace } from '../workspace.ts';

const MAX_TOKEN_LENGTH = 64;

/**
 * The run that a token has already made.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE if the token is too long or its run was deleted
 */
export function runOfToken({ runs }: Workspace, token: string | undefined): RunRecord | undefined {
  if (!token) return undefined;
  if (token.length > MAX_TOKEN_LENGTH)
    throw invalidParameter(`The idempotency token must be at most ${MAX_TOKEN_LENGTH} characters long.`);
  const run = runs.runOfToken(token);
  if (run === 'deleted') throw invalidParameter(`The run with idempotency token ${token} has been deleted.`);
  return run;
}

/** @throws ApiError 429 for a run that cannot start now and may not queue */
export function refuseOverLimit({ runs }: Workspace): void {
  const { activeCount, maxConcurrentRuns } = runs.admission;
  if (activeCount < maxConcurrentRuns) return;
  throw new ApiError(
    429,
    'REQUEST_LIMIT_EXCEEDED',
    `The workspace has reached its limit of ${maxConcurrentRuns} concurrent runs: the run cannot start immediately.`,
    { 'retry-after': '1' },
  );
}

/** @throws ApiError 400 INVALID_STATE when too many jobs were created in the window */
export function takeCreation({ runs, clock }: Workspace): void {
  const { creations } = runs;
  if (creations.take(clock.now())) return;
  const seconds = creations.windowMs / 1_000;
  throw invalidState(
    `There were already ${creations.count} jobs created in past ${seconds} seconds, exceeding rate limit: ${creations.count} job creations per ${seconds} seconds.`,
  );
}
