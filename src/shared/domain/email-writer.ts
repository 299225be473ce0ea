import type { FailureClass } from './failure.ts';
import { isSuccess } from './outcome.ts';
import type { NotifyRequest, RunRequest } from './run-request.ts';
import type { RunRecord } from './run-record.ts';

/** The name of the channel of e-mail. */
const EMAIL = 'email';

/** Stands for the address of who submits. */
export const SUBMITTER = 'submitter';

/** Failures that the gateway tries again unless the request says otherwise; they are rare, and none of the run's own. */
const RETRIED_BY_DEFAULT: ReadonlySet<FailureClass> = new Set(['platform', 'capacity']);

/** Whether a target is an address of e-mail. */
export function isEmail({ name }: { name: string }): boolean {
  return name === EMAIL;
}

/** The addresses of e-mail that a request names. */
export function emailAddresses(notify: NotifyRequest | null): string[] {
  return notify === null ? [] : notify.channels.filter(isEmail).map(({ target }) => target);
}

/** The request with the address of who submits it, where it names that; without one there is no e-mail for it. */
export function withSubmitterAddress(request: RunRequest, address: string | undefined): RunRequest {
  const { notify } = request;
  if (notify === null || !emailAddresses(notify).includes(SUBMITTER)) return request;
  const channels = notify.channels.flatMap((target) => {
    if (!isEmail(target) || target.target !== SUBMITTER) return [target];
    return address === undefined ? [] : [{ name: EMAIL, target: address }];
  });
  const isRepeated = (index: number) =>
    channels.findIndex(({ name, target }) => name === channels[index]?.name && target === channels[index]?.target) <
    index;
  return { ...request, notify: { ...notify, channels: channels.filter((_target, index) => !isRepeated(index)) } };
}

/** Whether Databricks knows as fine a difference: it writes of every failure or of none. */
export function isWritableByDatabricks({ on }: NotifyRequest): boolean {
  const failures = on.filter((outcome) => !isSuccess(outcome));
  return failures.length === 0 || failures.includes('failed');
}

/**
 * Whether the e-mail fields of a submit are filled, so that Databricks writes. Where the gateway can write itself
 * (`canWrite`) that is only for what Databricks words as the gateway would: the first attempt of a one-time run without a
 * deadline, whose own failures are not tried again. Databricks takes no addresses for runs of saved jobs.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/submit
 */
export function leavesEmailToDatabricks(
  { target, notify, deadlineMs, retry }: RunRequest,
  attempt: number,
  canWrite: boolean,
): boolean {
  if (target.kind !== 'submit' || emailAddresses(notify).length === 0 || notify === null) return false;
  if (!canWrite) return true;
  const retriesOwnFailures = retry.maxAttempts > 1 && retry.on.some((name) => !RETRIED_BY_DEFAULT.has(name));
  return attempt === 1 && deadlineMs === null && !retriesOwnFailures && isWritableByDatabricks(notify);
}

/** Whether Databricks has written of how a run ended: its run has the addresses, and it knows of the end. */
export function hasDatabricksWritten({ databricksWrites, runId, submittedAtMs, outcome }: RunRecord): boolean {
  const isKnown = runId !== null && submittedAtMs !== null && outcome !== 'rejected' && outcome !== 'lost';
  return databricksWrites === true && isKnown;
}
