import type { REQUEST_SCHEMAS } from './schemas.ts';

const WORKSPACE = 'The configured workspace; `default` where none is named.';

/** What tasks and bodies of one task have in common. */
const TASK = {
  notebook_task: 'A notebook: its path, and `base_parameters` for its widgets.',
  spark_python_task: 'A Python file.',
  python_wheel_task: 'An entry point of a Python wheel.',
  spark_jar_task: 'The main class of a JAR.',
  sql_task: 'A query, an alert, a dashboard or a file on a SQL warehouse.',
  run_job_task: 'Another saved job.',
  for_each_task: 'A task that is repeated for each of its `inputs`.',
  existing_cluster_id: 'A cluster that is there. A task that names no compute is serverless.',
  new_cluster: 'A cluster for this run alone.',
  timeout_seconds: 'After how many seconds Databricks stops it; 0 is never.',
  max_retries: "Databricks' own retries of the task.",
  libraries: 'Libraries to install on the cluster.',
  depends_on: 'Tasks that have to end first, by their keys.',
} as const;

const COMMON = {
  run_name: 'What people know the run by.',
  idempotency_token: 'The same as the header `Idempotency-Key`.',
  email_notifications: "Databricks' own e-mails.",
  webhook_notifications: "Databricks' own webhooks.",
  access_control_list: 'Who may do what with the run in the workspace.',
  queue: "Databricks' own queue.",
  tags: 'Tags of the run; labels of `gateway` are added.',
  gateway: 'What Databricks has no field for. An unknown key in it is an error.',
} as const;

const SQL = {
  statement: 'One statement.',
  parameters: 'All with names (`:name`), or none (`?`).',
  catalog: 'The catalog that names without one are in.',
  schema: 'The schema that names without one are in.',
  workspace: WORKSPACE,
  row_limit: 'How many rows at most. By default 10,000 for JSON in one piece, none otherwise.',
  byte_limit: 'How many bytes of the body at most. By default 64 MiB for JSON in one piece, none otherwise.',
  timeout_seconds:
    'After how many seconds the statement is cancelled: 120 by default; 220 at most for JSON, 3,600 for streams.',
} as const;

/**
 * What the documents say of every field that callers send, by schema. The schemas themselves, which every process loads
 * as it starts, do without these texts; a test compares the two.
 */
export const FIELD_DESCRIPTIONS: Readonly<Record<keyof typeof REQUEST_SCHEMAS, Readonly<Record<string, string>>>> = {
  RunRequest: {
    ...TASK,
    ...COMMON,
    tasks: 'The tasks, 1,000 at most; in their place one task may stand at the top level.',
    task_key: 'What the only task is called; `main` without it.',
  },
  TaskRequest: { ...TASK, task_key: 'What other tasks and the result know the task by; unique in a run.' },
  RepeatedTask: { ...TASK, for_each_task: 'Refused: a for-each task repeats no other.' },
  RunNowRequest: {
    ...COMMON,
    job_id: 'The id once more; another than that of the path is an error.',
    job_parameters: "Values for the job's parameters.",
    notebook_params: 'Widgets of notebook tasks.',
    jar_params: 'Arguments of JAR tasks.',
    python_params: 'Arguments of Python tasks.',
    python_named_params: 'Named arguments of Python wheel tasks.',
    sql_params: 'Parameters of SQL tasks.',
    only: 'The keys of the tasks to run; without it all.',
  },
  GatewayOptions: {
    workspace: WORKSPACE,
    deadline_seconds: 'From acceptance; when it has passed the run is cancelled, and its outcome is `timed_out`.',
    retry: 'When a run that ended badly is tried again.',
    notify: 'Who is notified of the end, and of which ends.',
    labels: 'Up to 25: carried to Databricks as tags, to events, and to the list of runs.',
  },
  RetryOptions: {
    max_attempts: 'How many attempts there are at most. Each is a Databricks run of its own.',
    backoff_seconds: 'How long to wait before the second attempt; twice as long before each further one.',
    on: 'Which classes of failure are tried again. `user_code` has to be named to be.',
  },
  NotifyOptions: {
    email: 'Addresses, or `submitter`; one at least.',
    on: 'Of which outcomes; all by default.',
    callback_url: 'Where the run document is posted to when the run has ended. Its host must be allowed.',
    event_grid: "Publishes an event to the operator's Event Grid topic.",
    queue: 'Puts the run document into the queue `run-results`.',
  },
  RepairRequest: {
    rerun_tasks: 'The keys of the tasks to run once more.',
    rerun_all_failed_tasks: 'All tasks that failed; the choice where none is made.',
    rerun_dependent_tasks: 'The tasks that depend on them, too.',
  },
  NotificationsRequest: {},
  TemplateCall: {
    parameters: "Values for the template's parameters, as its JSON Schema says.",
    gateway: COMMON.gateway,
    idempotency_token: COMMON.idempotency_token,
  },
  TemplateSubscription: {
    callback_url:
      'Where the run document is posted to when the run has ended, whatever the outcome. Its host must be allowed.',
    parameters: "Values for the template's parameters, as its JSON Schema says.",
    gateway: 'What Databricks has no field for, but `notify`: who is notified is the callback.',
    idempotency_token: COMMON.idempotency_token,
  },
  SqlRequest: SQL,
  SqlParameter: {
    name: 'What the statement calls it, without the colon.',
    value: 'Text, a number, a boolean or null.',
    type: "Databricks' type text, as `DATE` or `DECIMAL(18,4)`; STRING without it.",
  },
  SqlStatementRequest: {
    ...SQL,
    row_limit: 'How many rows at most; none by default.',
    byte_limit: 'How many bytes at most; none by default.',
    timeout_seconds: 'After how many seconds the statement is cancelled: 3,600 by default, 86,400 at most.',
    format: 'What the rows are kept as.',
  },
  McpMessage: {
    jsonrpc: 'The version of JSON-RPC.',
    method: 'As `tools/call`.',
    id: 'What the response is known by; a message without one gets none.',
    params: 'As the method takes them.',
  },
  DatabricksNotification: {
    event_type: 'As `jobs.on_success`.',
    run: 'The run that it is about.',
  },
};
