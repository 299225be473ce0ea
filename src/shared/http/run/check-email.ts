import type { Caller } from '../../domain/caller.ts';
import { emailAddresses, isWritableByDatabricks, SUBMITTER } from '../../domain/email-writer.ts';
import { isSuccess } from '../../domain/outcome.ts';
import type { RunRequest } from '../../domain/run-request.ts';
import { emailAddress } from '../../notify/email-address.ts';
import { ProblemError } from '../problem.ts';

/**
 * Refuses where nobody can be written to: a submitter without an address, and, where the gateway sends no mail itself
 * (`canWrite`), what Databricks would drop or send too often: it takes addresses for one-time runs only, and knows no
 * finer difference than success and failure.
 * @throws {ProblemError} 422, saying what to do instead
 * @see https://docs.databricks.com/api/azure/workspace/jobs/submit
 */
export function checkEmail({ notify, target }: RunRequest, caller: Caller, canWrite: boolean): void {
  const addresses = emailAddresses(notify);
  if (notify === null || addresses.length === 0) return;
  if (target.kind === 'run_now' && !canWrite) {
    refuse(
      '/gateway/notify/email',
      "Databricks takes addresses for one-time runs only, and this gateway sends no mail: set the saved job's own email_notifications, or choose a callback, the queue or Event Grid.",
    );
  }
  if (addresses.includes(SUBMITTER) && !emailAddress.safeParse(caller.userPrincipalName).success) {
    refuse(
      `/gateway/notify/email/${addresses.indexOf(SUBMITTER)}`,
      'The submitter has no address that its tenant vouches for: a function key, an application or a guest sent the request. Name an address instead.',
    );
  }
  if (!canWrite && !isWritableByDatabricks(notify)) {
    const failures = notify.on.filter((outcome) => !isSuccess(outcome));
    refuse(
      '/gateway/notify/on',
      `Databricks writes of every failure or of none, and this gateway sends no mail, so nobody can be written to of ${failures.join(', ')} alone: add failed, leave them out, or choose a callback, the queue or Event Grid.`,
    );
  }
}

/** Refuses a list of addresses that is given and names none: the run would end and nobody hear of it. @throws {ProblemError} 422 */
export function checkAddresses(email: unknown): void {
  if (Array.isArray(email) && email.length === 0)
    refuse('/gateway/notify/email', 'There is nobody to write to: name an address, or leave email out.');
}

function refuse(path: string, message: string): never {
  throw new ProblemError('EMAIL_NOT_POSSIBLE', message, { errors: [{ path, message }] });
}
