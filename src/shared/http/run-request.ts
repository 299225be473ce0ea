import { createHash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { NotifyRequest, RunRequest, RunTarget } from '../domain/run-request.ts';
import { canonicalJson, stringifyJson } from '../json.ts';
import { ProblemError } from './problem.ts';
import { runNowBody, submitBody, type GatewayOptions, type SubmitBody } from './run-body.ts';
import { checkAcceptable, checkTaskTypes, computeOf, tasksOf } from './run-checks.ts';
import { parseWith } from './schema-problem.ts';

/** A body that has been understood: the request, the text for Databricks, and what tells it from another body. */
export interface ParsedRunRequest {
  request: RunRequest;
  /** What Databricks is to get, digits kept; without `gateway` and `idempotency_token`, which are the gateway's. */
  databricksBody: string;
  bodyHash: string;
  idempotencyToken: string | undefined;
}

/** Parses the body of `POST /api/runs`. Raises ProblemError 400 and 422; nothing has been changed then. */
export function parseSubmitRequest(body: Record<string, unknown>, config: Config): ParsedRunRequest {
  const parsed = parseWith(submitBody, body);
  checkTaskTypes(parsed);
  checkAcceptable(parsed);
  const tasks = tasksOf(parsed);
  return parsedRequest(body, parsed.idempotency_token, {
    ...gatewayPart(parsed.gateway, config),
    target: { kind: 'submit' },
    runName: parsed.run_name ?? null,
    taskCount: tasks.length,
    compute: computeOf(parsed),
    workKey: submitWorkKey(parsed),
  });
}

/** Parses the body of `POST /api/jobs/{job}/runs`. Raises ProblemError 400 and 422. */
export function parseRunNowRequest(body: Record<string, unknown>, job: string, config: Config): ParsedRunRequest {
  const parsed = parseWith(runNowBody, body);
  const target: RunTarget = { kind: 'run_now', job: /^\d+$/.test(job) ? { id: job } : { name: job } };
  return parsedRequest(body, parsed.idempotency_token, {
    ...gatewayPart(parsed.gateway, config),
    target,
    runName: 'name' in target.job ? target.job.name : null,
    taskCount: 1,
    compute: null,
    workKey: `job:${job}`,
  });
}

function parsedRequest(
  body: Record<string, unknown>,
  token: string | undefined,
  request: RunRequest,
): ParsedRunRequest {
  const { gateway: _gateway, idempotency_token: _token, ...forDatabricks } = body;
  const { idempotency_token: _omitted, ...identity } = body;
  const hash = createHash('sha256').update(canonicalJson({ target: request.target, body: identity }));
  return {
    request,
    databricksBody: stringifyJson(forDatabricks),
    bodyHash: hash.digest('hex'),
    idempotencyToken: token,
  };
}

type GatewayPart = Pick<RunRequest, 'workspace' | 'deadlineMs' | 'retry' | 'notify' | 'labels'>;

function gatewayPart(options: GatewayOptions, config: Config): GatewayPart {
  if (!config.workspaces.some(({ name }) => name === options.workspace)) {
    const message = `No workspace is named ${options.workspace}.`;
    const errors = [{ path: '/gateway/workspace', message }];
    throw new ProblemError(422, 'UNKNOWN_WORKSPACE', message, { errors });
  }
  return {
    workspace: options.workspace,
    deadlineMs: deadlineMs(options.deadline_seconds, config.runs),
    retry: {
      maxAttempts: options.retry.max_attempts,
      backoffMs: options.retry.backoff_seconds * 1_000,
      on: options.retry.on,
    },
    notify: options.notify === undefined ? null : notifyRequest(options.notify, config),
    labels: options.labels,
  };
}

function deadlineMs(asked: number | undefined, runs: Config['runs']): number | null {
  const seconds = Math.min(asked ?? runs.deadlineSecondsDefault ?? Infinity, runs.deadlineSecondsMax ?? Infinity);
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}

function notifyRequest(notify: NonNullable<GatewayOptions['notify']>, config: Config): NotifyRequest {
  if (notify.callback_url !== undefined) checkCallback(notify.callback_url, config.runs.callbackAllowedHosts);
  return {
    email: notify.email,
    on: notify.on,
    ...(notify.callback_url === undefined ? {} : { callbackUrl: notify.callback_url }),
    eventGrid: notify.event_grid,
    queue: notify.queue,
  };
}

/** A callback goes only where the operator allows: anything else would let callers reach into the network. */
function checkCallback(callbackUrl: string, allowedHosts: readonly string[]): void {
  const url = new URL(callbackUrl);
  const allowed = allowedHosts.some((host) =>
    host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : host === url.host || host === url.hostname,
  );
  if (!allowed) {
    const message = `Callbacks to ${url.host} are not allowed here: CALLBACK_ALLOWED_HOSTS does not name it.`;
    throw new ProblemError(422, 'CALLBACK_NOT_ALLOWED', message, {
      errors: [{ path: '/gateway/notify/callback_url', message }],
    });
  }
}

/** A hash of what the run does, whatever its parameters: the tasks by kind and by the thing they run. */
function submitWorkKey(body: SubmitBody): string {
  const work = tasksOf(body).map(({ task }) =>
    ['notebook_task', 'spark_python_task', 'python_wheel_task', 'spark_jar_task', 'sql_task', 'run_job_task']
      .filter((type) => task[type] !== undefined && task[type] !== null)
      .map((type) => {
        const {
          parameters: _1,
          base_parameters: _2,
          named_parameters: _3,
          ...rest
        } = task[type] as Record<string, unknown>;
        return canonicalJson({ [type]: rest });
      })
      .join(),
  );
  return createHash('sha256')
    .update(`submit:${body.run_name ?? ''}:${work.toSorted().join()}`)
    .digest('hex');
}
