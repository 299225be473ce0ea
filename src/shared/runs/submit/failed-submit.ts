import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import type { AppContext } from '../../context.ts';
import {
  DatabricksError,
  DatabricksPermissionError,
  DatabricksRateLimitedError,
  DatabricksTooLateError,
} from '../../databricks/errors.ts';
import { isUnprocessed } from '../../databricks/retry.ts';
import { rulingOn, type Ruling } from '../../databricks/verdict.ts';
import { failure, type Failure } from '../../domain/failure.ts';
import { afterFailure } from '../../domain/reachability.ts';
import type { AppError } from '../../errors.ts';
import type { Activities, SubmitResult } from '../../workflow/activities.ts';
import { currentRun } from '../record/current-run.ts';
import { isActiveAttempt, updateRun } from '../record/update-run.ts';
import { JobRefusedError } from './job-refused-error.ts';

type Step = Activities['submit-run'];

/** Where Databricks names no time with its 429. */
const DEFAULT_THROTTLE_MS = 5_000;

/** Why a run was not submitted. */
export type Refused = Exclude<SubmitResult, { kind: 'submitted' }>;

/** What is known of this attempt's requests when one of them fails. */
export interface Situation {
  begunAtMs: number;
  /** One that was sent before this execution may have arrived. */
  mayBeSent: boolean;
  /** The number under which the row has noted that this one is about to be sent; null before. */
  send: number | null;
}

/** Why the run was not submitted, and what the row has to say of it. */
export async function failedSubmit(
  context: AppContext,
  input: Step['input'],
  error: AppError,
  situation: Situation,
): Promise<Refused> {
  const { mayBeSent, send } = situation;
  if (send !== null && !mayBeSent && !mayHaveArrived(error)) await takeBack(context, input, send);
  const ruling = rulingFor(error, situation);
  const namedMs = error.retryAtMs(context.now());
  switch (ruling) {
    case 'late':
      return { kind: 'late' };
    case 'throttled':
      return {
        kind: 'throttled',
        untilMs: namedMs ?? context.now() + DEFAULT_THROTTLE_MS,
        refusal: isFullWindow(error) && !mayBeSent && !mayHaveArrived(error) ? refusalOf(error) : null,
      };
    case 'refused':
      context.log.warn('run.rejected', { run: input.key.id, error });
      return { kind: 'rejected', failure: refusalOf(error) };
    case 'confirm':
      await noteFailing(context, input, situation.begunAtMs);
      return { kind: 'doubtful', failure: refusalOf(error) };
    case 'again':
      await noteFailing(context, input, situation.begunAtMs);
      return { kind: 'unavailable', notBeforeMs: namedMs };
  }
}

function rulingFor(error: AppError, { mayBeSent, send }: Situation): Ruling {
  // It cannot be asked any more.
  if (error instanceof UnknownWorkspaceError) return 'refused';
  // The vault, storage, or the name of the job: without them, it is unknown what became of an earlier request.
  if (!(error instanceof DatabricksError)) return error.retryable || mayBeSent || send !== null ? 'again' : 'refused';
  const ruling = rulingOn(error, mayBeSent || error.mayHaveArrivedBefore);
  // A rate of what is read on the way says nothing of the rate of what is created.
  return ruling === 'throttled' && send === null ? 'again' : ruling;
}

/** Whether Databricks may have acted on what this execution has sent. */
function mayHaveArrived(error: AppError): boolean {
  if (!(error instanceof DatabricksError) || error.mayHaveArrivedBefore) return true;
  return !(isUnprocessed(error) || error instanceof DatabricksTooLateError);
}

/** The window of creations is a refusal by its form, and a rate limit by its meaning. */
function isFullWindow(error: AppError): boolean {
  return error instanceof DatabricksRateLimitedError && error.status !== 429;
}

/** The request that was noted under this number is certainly not at Databricks; another that was noted since may be. */
async function takeBack(context: AppContext, { key, attempt }: Step['input'], send: number): Promise<void> {
  await updateRun(context, await currentRun(context, key), (record) =>
    isActiveAttempt(record, attempt) && record.sends === send && record.submittedAtMs === null
      ? { ...record, sentAttempt: attempt - 1 }
      : undefined,
  );
}

function refusalOf(error: AppError): Failure {
  if (error instanceof JobRefusedError) return failure('permission', error.code, error.message);
  if (!(error instanceof DatabricksError)) return failure('configuration', error.code, error.message);
  const failureClass =
    error instanceof DatabricksPermissionError
      ? 'permission'
      : error instanceof DatabricksRateLimitedError
        ? 'capacity'
        : 'configuration';
  return failure(failureClass, error.errorCode ?? error.code, error.databricksMessage ?? error.message);
}

/** Notes that Databricks (or the vault) cannot be reached; after a minute the run says so. */
async function noteFailing(context: AppContext, { key, attempt }: Step['input'], begunAtMs: number): Promise<void> {
  await updateRun(context, await currentRun(context, key), (record) =>
    isActiveAttempt(record, attempt)
      ? { ...record, ...afterFailure(record, begunAtMs, context.now()), status: 'submitting', ticket: null }
      : undefined,
  );
}
