import * as z from 'zod';
import type { TaskDocument } from '../../../domain/task-document.ts';
import { FAILURE_CLASSES, type Failure } from '../../../domain/failure.ts';
import { OUTCOMES, RUN_STATUSES } from '../../../domain/outcome.ts';
import { CALLER_KINDS, type Submitter } from '../../../domain/caller.ts';
import type { NotificationDocument, RunDocument } from '../../../domain/run-document.ts';
import { REQUEST_SOURCES } from '../../../domain/run-request.ts';
import { describedAs } from './described-as.ts';

/** A time of a document: ISO 8601 in UTC, with milliseconds. */
export const time = z.iso.datetime();

/** Why something did not succeed. */
export const failure = describedAs<Failure>()(
  z.object({
    class: z
      .enum(FAILURE_CLASSES)
      .describe('Whose trouble it is; `gateway.retry.on` names the classes that are tried again.'),
    code: z.string().describe("Databricks' own word, as `RUN_EXECUTION_ERROR`, or one of the gateway's."),
    message: z.string().describe('For people; `state_message` and the tasks say more.'),
    retryable: z.boolean().describe('Whether the same request may succeed when it is sent again.'),
  }),
);

/** Who submitted something. */
export const submitter = describedAs<Submitter>()(
  z.object({
    kind: z.enum(CALLER_KINDS).describe('What the gateway knows the caller as.'),
    id: z.string().describe('Stays the same as long as the caller exists: `tenant/object`, or the name of a key.'),
    name: z.string().describe('A label for people.'),
  }),
);

const links = z.object({
  self: z.url().describe('The document itself.'),
  result: z.url().describe('The result, once it is there.'),
  cancel: z.url().describe('What to send a `DELETE` to.'),
});

/** A task of a run document. */
export const task = describedAs<TaskDocument>()(
  z.object({
    task_key: z.string().describe('The key of the request; `main` for the only task of a body without `tasks`.'),
    run_id: z.string().describe("Databricks' id of the task's run."),
    status: z.enum(RUN_STATUSES).describe('Where the task is.'),
    outcome: z.enum(OUTCOMES).nullable().describe('How it ended; null until then.'),
    attempt_number: z.int().describe("Databricks' own retries of the task (`max_retries`), from 0."),
    started_at: time.exactOptional().describe('When Databricks began it.'),
    ended_at: time.exactOptional().describe('When it ended.'),
    setup_seconds: z.number().exactOptional().describe('How long its compute took to start, once that has.'),
    is_for_each: z.literal(true).exactOptional().describe('It repeats another task; the result has its `iterations`.'),
  }),
);

const notificationState = z.object({
  channel: z.string().describe('`email`, `callback`, `queue` or `event_grid`.'),
  target: z.string().describe('Who is notified; of the address of a callback, its origin.'),
  status: z
    .enum(['pending', 'delivered', 'failed', 'abandoned'])
    .describe('`failed` is tried again, `abandoned` is not.'),
  attempts: z.int().describe('How many tries were made.'),
  last_error: z.string().nullable().describe('Why the last try failed.'),
  at: time.nullable().describe('When the state changed last.'),
});

const runFields = {
  id: z.string().describe("The gateway's id, 32 to 40 hexadecimal digits: of every route, log line and event."),
  status: z.enum(RUN_STATUSES).describe('Where the run is; `completed` is the only end.'),
  outcome: z.enum(OUTCOMES).nullable().describe('How the run ended; null until `status` is `completed`.'),
  failure: failure.exactOptional().describe('Why the run did not succeed; absent while it runs, and where it did.'),
  run_id: z.string().nullable().describe("Databricks' id of the run of the latest attempt; null before the submit."),
  earlier_run_ids: z.array(z.string()).describe("Databricks' ids of the runs of earlier attempts, oldest first."),
  job_id: z.string().nullable().describe("Databricks' id of the job that the run belongs to."),
  run_page_url: z.string().nullable().describe("The run's page in the workspace."),
  run_name: z.string().nullable().describe('As asked for, or as Databricks names it.'),
  workspace: z.string().describe('The configured workspace that it runs in.'),
  attempt: z.int().describe('Which attempt this is, from 1. Retries by `gateway.retry` and repairs count.'),
  max_attempts: z
    .int()
    .describe(
      'How many attempts there may be. A failure is tried again where its class is in `gateway.retry.on`, by default `platform` and `capacity`: a notebook that raises runs once.',
    ),
  queue_position: z
    .int()
    .nullable()
    .describe('The place in the queue before the workspace, 1 is next; null once the run has left it.'),
  unreachable_since: time
    .nullable()
    .describe('Since when Databricks cannot be read; the status is what was last known.'),
  submitted_by: submitter.describe('Who submitted the run.'),
  source: z.enum(REQUEST_SOURCES).describe('The trigger that the request came through.'),
  decision: z.string().nullable().describe('The rule of the policy that allowed the run; null without a policy.'),
  template: z.string().nullable().describe('The template that the run was made by.'),
  trace_id: z.string().nullable().describe('The trace (W3C Trace Context) of the request.'),
  correlation_id: z.string().nullable().describe('What a message calls what it asks for.'),
  tasks: z.array(task).describe('The tasks as Databricks shows them; empty before the submit.'),
  state_message: z.string().describe("Databricks' words on the state."),
  compute: z
    .enum(['existing_cluster', 'job_cluster', 'serverless', 'warehouse', 'mixed'])
    .nullable()
    .describe('What the tasks name to run on; null where none needs any, and for a saved job until its run shows it.'),
  latest_repair_id: z.string().nullable().describe("Databricks' id of the latest repair."),
  created_at: time.nullable().describe('When the gateway accepted the request.'),
  submitted_at: time.nullable().describe('When Databricks took the latest attempt.'),
  started_at: time.nullable().describe('When Databricks started it.'),
  completed_at: time.nullable().describe("Databricks' end time, or when the end was seen."),
  deadline_at: time.nullable().describe('When the run is cancelled if it has not ended: `gateway.deadline_seconds`.'),
  labels: z.record(z.string(), z.string()).describe('As asked for in `gateway.labels`.'),
  notifications: z
    .array(notificationState)
    .describe('Who is notified of the end, and how far that is; empty until then.'),
  links: links.describe('Where the resources of the run are, as absolute addresses.'),
};

/** The run document. */
export const runDocument = describedAs<RunDocument>()(z.object(runFields));

/** The run document as callbacks carry it. */
export const notificationDocument = describedAs<NotificationDocument>()(runDocument.omit({ notifications: true }));

/** What Databricks' `runs/get-output` says of a notebook. */
export const notebookOutput = z.looseObject({
  result: z.string().exactOptional().describe('What the notebook passed to `dbutils.notebook.exit`.'),
  truncated: z.boolean().exactOptional().describe('Whether Databricks cut the result (at 5 MB).'),
  json: z.unknown().exactOptional().describe('`result` parsed, digits kept; absent where it is no JSON.'),
});

const outputError = z.object({
  status: z.int().nullable(),
  code: z.string(),
  message: z.string(),
});

const output = {
  notebook_output: notebookOutput.exactOptional().describe('What the notebook returned.'),
  error: z.string().exactOptional().describe("The task's error, as Databricks has it."),
  error_trace: z.string().exactOptional().describe('The stack of the error.'),
  logs: z.string().exactOptional().describe('What a Python or JAR task printed.'),
  logs_truncated: z.boolean().exactOptional().describe('Whether Databricks cut the logs.'),
  sql_output: z.unknown().exactOptional().describe('What a SQL task returned.'),
  dbt_output: z.unknown().exactOptional().describe('Where the artifacts of a dbt task are.'),
  run_job_output: z.unknown().exactOptional().describe('The run that a task started of another job.'),
  output_error: outputError.exactOptional().describe("Why the task's output cannot be had; the outcome stays."),
};

/** A task of a result document. */
export const taskResult = z.looseObject({ ...task.shape, ...output });

/** The result document: the run document, with the output of every task. */
export const resultDocument = z.looseObject({
  ...runFields,
  tasks: z
    .array(z.looseObject({ ...taskResult.shape, iterations: z.array(taskResult).exactOptional() }))
    .describe('The tasks with everything that `runs/get-output` says of them.'),
  notebook_output: notebookOutput.exactOptional().describe('For a run of one task: that of the task, once more.'),
});

/** A page of runs. */
export const runList = z.object({
  runs: z.array(runDocument).describe('Newest first.'),
  next_page_token: z.string().exactOptional().describe('For `page_token`; absent on the last page.'),
});

/** What `validate_only=true` responds with. */
export const runDecision = z.object({
  allowed: z.boolean().describe('Whether the policy allows the request.'),
  rule: z.string().nullable().describe('The rule that decided; null without a policy.'),
  nearest: z
    .looseObject({ rule: z.string(), failed: z.array(z.string()) })
    .exactOptional()
    .describe('The permit that came nearest, and what failed in it.'),
  request: z
    .unknown()
    .exactOptional()
    .describe('What Databricks would get; left out of a template that may not be run.'),
});

/** What a request for a new run responds with 200. */
export const resultOrDecision = z.union([resultDocument, runDecision]);
