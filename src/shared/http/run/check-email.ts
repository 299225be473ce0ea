import { isSuccess } from '../../domain/outcome.ts';
import type { Caller } from '../../domain/caller.ts';
import type { RunRequest } from '../../domain/run-request.ts';
import { ProblemError } from '../problem.ts';
import { emailAddress } from './run-body.ts';

/**
 * Refuses what Databricks, which writes the e-mails, would drop or send too often: it takes addresses for one-time runs
 * only, and knows no finer difference than success and failure. Throws ProblemError 422, saying what to do instead.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/submit
 */
export function checkEmail({ notify, target }: RunRequest, caller: Caller): void {
  if (notify === null || notify.email.length === 0) return;
  if (target.kind === 'run_now') {
    refuse(
      '/gateway/notify/email',
      "Databricks takes addresses for one-time runs only: set the saved job's own email_notifications, or choose a callback, the queue or Event Grid.",
    );
  }
  if (notify.email.includes('submitter') && !emailAddress.safeParse(caller.userPrincipalName).success) {
    refuse(
      `/gateway/notify/email/${notify.email.indexOf('submitter')}`,
      'The submitter has no address that its tenant vouches for: a function key, an application or a guest sent the request. Name an address instead.',
    );
  }
  const failures = notify.on.filter((outcome) => !isSuccess(outcome));
  if (failures.length > 0 && !failures.includes('failed')) {
    refuse(
      '/gateway/notify/on',
      `Databricks writes of every failure or of none, so nobody can be written to of ${failures.join(', ')} alone: add failed, leave them out, or choose a callback, the queue or Event Grid.`,
    );
  }
}

function refuse(path: string, message: string): never {
  throw new ProblemError('EMAIL_NOT_POSSIBLE', message, { errors: [{ path, message }] });
}
