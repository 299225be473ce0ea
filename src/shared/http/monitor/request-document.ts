import type { AppContext } from '../../context.ts';
import type { RunRequest } from '../../domain/run-request.ts';
import { parseJson } from '../../json.ts';
import { requestBody } from '../../runs/record/request-body.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { ProblemError } from '../problem.ts';

/**
 * The request that a run was accepted for, so that it can be sent again: where to, below `/api/`, and the body as JSON text,
 * in which digits stay. What a template runs is not for those who only run it, and is not shown.
 * @throws {ProblemError} 404 where there is none to be shown
 */
export async function requestDocument(
  context: AppContext,
  { record }: StoredRun,
): Promise<{ path: string; body: string }> {
  const { request } = record;
  const body = request.template === undefined ? await requestBody(context, record) : undefined;
  if (body === undefined) throw new ProblemError('REQUEST_NOT_KEPT', 'The request of this run is not to be had.');
  const given = parseJson(body) as Record<string, unknown>;
  const whole = JSON.stringify({ ...given, gateway: gatewayOf(request) }, null, 2);
  return { path: pathOf(request), body: context.redactor.data(whole) };
}

function pathOf({ target }: RunRequest): string {
  if (target.kind === 'submit') return 'runs';
  if ('id' in target.job) return `jobs/${target.job.id}/runs`;
  return `jobs/-/runs?name=${encodeURIComponent(target.job.name)}`;
}

/** What was asked for of the gateway, but for notifications: who runs it again may not be who is to be notified. */
function gatewayOf({ workspace, deadlineMs, retry, labels }: RunRequest) {
  return {
    workspace,
    ...(deadlineMs === null ? {} : { deadline_seconds: deadlineMs / 1_000 }),
    retry: { max_attempts: retry.maxAttempts, backoff_seconds: retry.backoffMs / 1_000, on: retry.on },
    labels,
  };
}
