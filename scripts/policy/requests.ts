import { z } from 'zod';
import { loadConfig, type Config } from '../../src/shared/config/config.ts';
import type { Caller } from '../../src/shared/domain/caller.ts';
import { askedRun, type Asked } from '../../src/shared/http/authorize.ts';
import { ProblemError } from '../../src/shared/http/problem.ts';
import { jobId, type RequestedJob } from '../../src/shared/http/run/requested-job.ts';
import { parseRunNowRequest, parseSubmitRequest } from '../../src/shared/http/run/run-request.ts';
import { askedStatement, classified } from '../../src/shared/http/sql/judge-statement.ts';
import { ACTIONS } from '../../src/shared/policy/actions.ts';
import type { PolicyRequest } from '../../src/shared/policy/policy-request.ts';
import { readRepairBody } from '../../src/shared/policy/read-body.ts';
import { sqlRequestSchema } from '../../src/shared/sql/sql-request.ts';
import { UnusableFileError } from './policy-file.ts';

const callerSchema = z
  .strictObject({
    kind: z.enum(['user', 'app', 'key', 'queue', 'event_grid', 'anonymous']),
    id: z.string(),
    name: z.string().optional(),
    roles: z.array(z.string()).default([]),
    groups: z.array(z.string()).default([]),
    groupsOverage: z.boolean().default(false),
    userPrincipalName: z.string().optional(),
  })
  .transform(({ name, userPrincipalName, ...known }): Caller => ({
    ...known,
    name: name ?? known.id,
    ...(userPrincipalName === undefined ? {} : { userPrincipalName }),
  }));

const body = z.record(z.string(), z.unknown());

/** Who asks for what: exactly one of `submit`, `run_now`, `repair`, `sql` and `action`. */
export const askedSchema = z.strictObject({
  caller: callerSchema,
  source: z.enum(['http', 'queue', 'event_grid']).default('http'),
  /** Of what an action is on; new runs name theirs in `gateway`, statements in their body. */
  workspace: z.string().default('default'),
  /** The body of `POST /api/runs`. */
  submit: body.optional(),
  /** The name of the template that a submit is made of, or the run that a repair is of. */
  template: z.string().optional(),
  /** The body of `POST /api/jobs/{job}/runs`, and the job. */
  run_now: z.strictObject({ job: z.string(), body: body.default({}) }).optional(),
  /** The body of `POST /api/runs/{id}/repair`. */
  repair: body.optional(),
  /** The body of `POST /api/sql`. */
  sql: body.optional(),
  /** Of whatever else there is. */
  action: z.enum(ACTIONS).optional(),
  /** Who submitted what the action is on. */
  owner: callerSchema.optional(),
});

export type AskedInFile = z.output<typeof askedSchema>;

/** What the policy is asked, by the parsers of the gateway itself. @throws {UnusableFileError} */
export async function requestOf(asked: AskedInFile): Promise<PolicyRequest> {
  const { caller, source, owner } = asked;
  try {
    return { ...(await partOf(asked)), caller, source, ...(owner === undefined ? {} : { owner }) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const where = (error.extras.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
    throw new UnusableFileError(
      `The gateway does not take this request at all: ${[error.message, ...where].join(' ')}`,
    );
  }
}

async function partOf({ caller, workspace, ...asked }: AskedInFile): Promise<Asked> {
  const { submit, run_now: runNow, repair, sql, action, template } = asked;
  const kinds = [submit, runNow, repair, sql, action].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) throw new UnusableFileError('Give one of submit, run_now, repair, sql and action.');
  if (submit !== undefined) {
    return askedRun({ caller }, parseSubmitRequest({ ...submit }, configFor(submit)), template);
  }
  if (runNow !== undefined) {
    return askedRun(
      { caller },
      parseRunNowRequest({ ...runNow.body }, jobOf(runNow.job), configFor(runNow.body)),
      template,
    );
  }
  if (repair !== undefined) return { action: 'runs:repair', workspace, repair: readRepairBody(repair, template) };
  if (sql !== undefined) {
    const parsed = sqlRequestSchema.safeParse(sql);
    if (!parsed.success) throw new UnusableFileError(`/sql: ${parsed.error.issues[0]?.message}`);
    return askedStatement(await classified(parsed.data.statement), parsed.data, parsed.data.workspace ?? workspace);
  }
  return { action: action ?? 'runs:read', workspace, ...(template === undefined ? {} : { template }) };
}

function jobOf(text: string): RequestedJob {
  return /^\d+$/.test(text) ? { id: jobId(text) } : { name: text };
}

/** Settings under which nothing but the policy stands in the way: the workspace and the host that the body names. */
function configFor({ gateway }: Record<string, unknown>): Config {
  const { workspace = 'default', notify } = z
    .looseObject({
      workspace: z.string().optional(),
      notify: z.looseObject({ callback_url: z.string().optional() }).optional(),
    })
    .catch({})
    .parse(gateway ?? {});
  const entry = { name: workspace, host: 'https://adb-1.azuredatabricks.net' };
  return loadConfig({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    WORKSPACES: JSON.stringify([entry]),
    CALLBACK_ALLOWED_HOSTS: URL.parse(notify?.callback_url ?? '')?.host,
  });
}
