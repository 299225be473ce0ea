import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { computeOf } from '../../domain/compute.ts';
import { taskKey } from '../../domain/databricks-run.ts';
import { concurrentTasks } from '../../domain/task-count.ts';
import type { NotifyRequest, ParsedRunRequest, RunRequest } from '../../domain/run-request.ts';
import { pointer } from '../../json-pointer.ts';
import { idText } from '../../id-text.ts';
import { canonicalJson, stringifyJson } from '../../json.ts';
import type { ChannelType } from '../../notify/channel.ts';
import { CHANNELS } from '../../notify/channels.ts';
import { ProblemError } from '../problem.ts';
import { jobId, type RequestedJob } from './requested-job.ts';
import { checkAddresses } from './check-email.ts';
import { gatewayOptions, runNowBody, submitBody, type GatewayOptions, type SubmitBody } from './run-body.ts';
import { checkAcceptable, checkTaskCount, checkTaskTypes, tasksOf } from './run-checks.ts';
import { nearestWord } from '../../domain/nearest-word.ts';
import { parseWith, wrongBody } from '../schema-problem.ts';
import { submitWorkKey } from './submit-work-key.ts';

/** The template that a request was made by, and the values that it was filled with. */
export interface RequestOrigin {
  template: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** Parses the body of `POST /api/runs`. @throws {ProblemError} 400 and 422; nothing has been changed then. */
export function parseSubmitRequest(
  body: Record<string, unknown>,
  config: Config,
  origin?: RequestOrigin,
): ParsedRunRequest {
  checkTaskCount(body, 'tasks');
  const parsed = parseWith(submitBody, body);
  checkTaskTypes(parsed);
  checkAcceptable(parsed);
  const tasks = tasksOf(parsed);
  return parsedRequest(
    body,
    parsed,
    config,
    {
      ...templateOf(origin),
      target: { kind: 'submit' },
      runName: parsed.run_name ?? null,
      ...(parsed.tasks == null ? { shorthandTaskKey: taskKey(parsed) } : {}),
      taskCount: concurrentTasks(tasks.map(({ task }) => task)),
      compute: computeOf(tasks.map(({ task }) => task)),
      workKey: submitWorkKey(parsed),
    },
    origin,
  );
}

/** Parses the body of `POST /api/jobs/{job}/runs`. @throws {ProblemError} 400 and 422. */
export function parseRunNowRequest(
  body: Record<string, unknown>,
  chosen: RequestedJob,
  config: Config,
  origin?: RequestOrigin,
): ParsedRunRequest {
  const parsed = parseWith(runNowBody, body);
  const { job_id: repeated } = parsed;
  if (repeated != null && !('id' in chosen && chosen.id === jobId(repeated))) {
    const message = 'The path says which job is to run, and the body says another.';
    throw new ProblemError('INVALID_BODY', message, { errors: [{ path: '/job_id', message }] });
  }
  return parsedRequest(
    body,
    parsed,
    config,
    {
      ...templateOf(origin),
      target: { kind: 'run_now', job: chosen },
      runName: 'name' in chosen ? chosen.name : null,
      taskCount: 1,
      // Only what Databricks shows of the run will say.
      compute: null,
      workKey: `job:${'id' in chosen ? chosen.id : chosen.name}`,
    },
    origin,
  );
}

/**
 * Parses the body of a run of either kind, for what has no path that names a job: `{ job, … }` is the body of
 * `POST /api/jobs/{job}/runs`, `job` its id or its name, and anything else that of `POST /api/runs`.
 * @throws {ProblemError} 400 and 422
 */
export function parseRunRequest(
  request: Record<string, unknown>,
  config: Config,
  origin?: RequestOrigin,
): ParsedRunRequest {
  const { job, ...body } = request;
  if (job === undefined) return parseSubmitRequest(request, config, origin);
  const id = idText.safeParse(job);
  if (id.success) return parseRunNowRequest(body, { id: jobId(id.data) }, config, origin);
  if (typeof job === 'string' && job !== '') return parseRunNowRequest(body, { name: job }, config, origin);
  const message = 'Expected the id or the name of a job.';
  throw new ProblemError('INVALID_BODY', message, { errors: [{ path: '/job', message }] });
}

function parsedRequest(
  body: Record<string, unknown>,
  { gateway, idempotency_token: token }: Pick<SubmitBody, 'gateway' | 'idempotency_token'>,
  config: Config,
  own: Omit<RunRequest, keyof GatewayPart>,
  origin: RequestOrigin | undefined,
): ParsedRunRequest {
  refuseSlips(body);
  const { gateway: _gateway, idempotency_token: _token, ...forDatabricks } = body;
  const options = gateway ?? gatewayOptions.parse({});
  const identity = { target: own.target, body: forDatabricks, ...beyondDefaults(options), origin };
  return {
    request: { ...gatewayPart(options, config), ...own },
    databricksBody: stringifyJson(forDatabricks),
    body: forDatabricks,
    bodyHash: createHash('sha256').update(canonicalJson(identity)).digest('hex'),
    idempotencyToken: token ?? undefined,
  };
}

/** What the gateway does not know goes to Databricks, which ignores it: a slip there would be a run with other options. */
function refuseSlips(body: Record<string, unknown>): void {
  const slip = Object.keys(body).find((key) => key !== 'gateway' && nearestWord(key, ['gateway']) !== undefined);
  if (slip !== undefined) throw wrongBody([{ path: pointer([slip]), message: 'Did you mean gateway?' }]);
}

function templateOf(origin: RequestOrigin | undefined): Pick<RunRequest, 'template'> {
  return origin === undefined ? {} : { template: origin.template };
}

/** What differs from the defaults, so that a request that spells a default out is the same as one that does not. */
function beyondDefaults(options: GatewayOptions): { gateway?: unknown } {
  const defaults: Readonly<Record<string, unknown>> = gatewayOptions.parse({});
  const chosen = Object.entries(options).filter(
    ([key, value]) => canonicalJson(value) !== canonicalJson(defaults[key]),
  );
  return chosen.length === 0 ? {} : { gateway: Object.fromEntries(chosen) };
}

type GatewayPart = Pick<RunRequest, 'workspace' | 'deadlineMs' | 'retry' | 'notify' | 'labels'>;

function gatewayPart(options: GatewayOptions, config: Config): GatewayPart {
  if (!config.workspaces.some(({ name }) => name === options.workspace)) {
    const message = `No workspace is named ${options.workspace}.`;
    const errors = [{ path: '/gateway/workspace', message }];
    throw new ProblemError('UNKNOWN_WORKSPACE', message, { errors });
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
  const values: Readonly<Record<string, unknown>> = notify;
  checkAddresses(values['email']);
  const channels = CHANNELS.flatMap((channel) => {
    const targets = channel.targets(values[channel.field]);
    for (const target of targets) checkTarget(channel, target, config);
    return targets.map((target) => ({ name: channel.name, target }));
  });
  return { on: notify.on, channels };
}

/** @throws {ProblemError} 422: anything that the operator does not allow would let callers reach into the network */
function checkTarget(channel: ChannelType, target: string, config: Config): void {
  const refused = channel.refusal?.(target, config);
  if (refused === undefined) return;
  const errors = [{ path: `/gateway/notify/${channel.field}`, message: refused.message }];
  throw new ProblemError(refused.code, refused.message, { errors });
}
