import * as z from 'zod';
import { FAILURE_CLASSES } from '../../domain/failure.ts';
import { OUTCOMES } from '../../domain/outcome.ts';
import { absentIfNull, flag, list, map, numeric, object } from '../../body-schema.ts';
import { idText } from '../../id-text.ts';
import { CHANNELS } from '../../notify/channels.ts';
import { closed } from '../../schema-wording.ts';

/**
 * The body of `POST /api/runs`: what Databricks `runs/submit` takes, checked only where the gateway must understand
 * it. Keys that are not named here pass through as they came; inside `gateway` an unknown key is an error.
 */

const seconds = z.number().int().min(0).max(2_147_483_647);

/** A run has as many tasks at most. */
export const MAX_TASKS = 1_000;

const text = z.string().max(4_096);
const passedOn = object({});
/** An entry that is null is Databricks' to judge. */
const textMap = map(z.string().nullable());
const texts = list(z.string());

/** The most items of a list that chooses. */
const MAX_CHOSEN = 50;

/** When a run that ended badly is tried again. */
export const retryOptions = closed({
  max_attempts: absentIfNull(numeric(z.number().int().min(1).max(100)).default(3)),
  backoff_seconds: absentIfNull(numeric(z.number().min(0).max(86_400)).default(30)),
  on: absentIfNull(list(z.enum(FAILURE_CLASSES), MAX_CHOSEN).default(['platform', 'capacity'])),
});

/** Who is notified of the end of a run. */
export const notifyOptions = closed({
  on: absentIfNull(list(z.enum(OUTCOMES), MAX_CHOSEN).default([...OUTCOMES])),
  ...Object.fromEntries(CHANNELS.map(({ field, schema }) => [field, absentIfNull(schema)])),
});

const MAX_LABELS = 25;

const labels = map(z.string().max(255), MAX_LABELS, (name) => {
  if (name === '' || name.length > 127) return 'The key of a label has 1 to 127 characters.';
  // Lists are filtered by `key:value`, which a key with a colon would make ambiguous.
  if (name.includes(':')) return 'The key of a label has no colon.';
  // A record leaves this one out of what it has parsed without a word.
  return name === '__proto__' ? 'No label may have this name.' : undefined;
});

/** What Databricks has no field for. */
export const gatewayOptions = closed({
  workspace: absentIfNull(z.string().min(1).max(100).default('default')),
  deadline_seconds: absentIfNull(numeric(seconds.min(1)).optional()),
  retry: absentIfNull(retryOptions.prefault({})),
  notify: absentIfNull(notifyOptions.optional()),
  labels: absentIfNull(labels.default({})),
});

const parameters = z.union([textMap, texts]);

const plainTaskShape = {
  notebook_task: object({ notebook_path: z.string().min(1), base_parameters: textMap.nullish() }).nullish(),
  spark_python_task: object({ python_file: z.string().min(1), parameters: texts.nullish() }).nullish(),
  python_wheel_task: object({ package_name: z.string(), entry_point: z.string().nullish() }).nullish(),
  spark_jar_task: object({ main_class_name: z.string().nullish(), parameters: texts.nullish() }).nullish(),
  sql_task: object({ warehouse_id: z.string().nullish(), parameters: textMap.nullish() }).nullish(),
  run_job_task: object({ job_id: idText }).nullish(),
  existing_cluster_id: z.string().min(1).nullish(),
  new_cluster: passedOn.nullish(),
  timeout_seconds: numeric(seconds).nullish(),
  max_retries: numeric(z.number().int()).nullish(),
  libraries: list(passedOn).nullish(),
  depends_on: list(object({ task_key: z.string(), outcome: z.string().nullish() })).nullish(),
};

/** What a for-each task repeats: a task like others, and no other for-each task. */
export const repeatedTask = object({ ...plainTaskShape, for_each_task: passedOn.nullish() });

const taskShape = {
  ...plainTaskShape,
  for_each_task: object({ inputs: z.string(), task: repeatedTask }).nullish(),
};

const taskKey = z.string().min(1).max(100);

/** One element of `tasks[]`. */
export const submitTask = object({ ...taskShape, task_key: taskKey });

/** The key of a request in its body. */
export const idempotencyToken = z
  .string()
  .min(1)
  .max(255)
  .refine((token) => token.isWellFormed() && !token.includes('\0'), 'Expected text without NUL and lone surrogates.');

const common = {
  run_name: text.nullish(),
  idempotency_token: idempotencyToken.nullish(),
  email_notifications: passedOn.nullish(),
  webhook_notifications: passedOn.nullish(),
  access_control_list: list(passedOn).nullish(),
  queue: object({ enabled: flag.nullish() }).nullish(),
  tags: textMap.nullish(),
  gateway: gatewayOptions.nullish(),
};

/** The body of a one-time run. How many tasks it may have is to be looked at before. */
export const submitBody = object({
  ...taskShape,
  ...common,
  task_key: taskKey.nullish(),
  tasks: z.array(submitTask).min(1).nullish(),
});

/** The body of a run of a saved job. @see https://docs.databricks.com/api/azure/workspace/jobs/runnow */
export const runNowBody = object({
  ...common,
  job_id: idText.nullish(),
  job_parameters: textMap.nullish(),
  notebook_params: textMap.nullish(),
  jar_params: texts.nullish(),
  python_params: texts.nullish(),
  python_named_params: parameters.nullish(),
  sql_params: textMap.nullish(),
  only: texts.nullish(),
});

/** The body of a repair. @see https://docs.databricks.com/api/azure/workspace/jobs/repairrun */
export const repairBody = object({
  rerun_tasks: list(z.string(), MAX_TASKS)
    .refine((keys) => keys.length > 0, 'Expected at least one task.')
    .nullish(),
  rerun_all_failed_tasks: flag.nullish(),
  rerun_dependent_tasks: flag.nullish(),
});

/** The body of `POST /api/runs`. */
export type SubmitBody = z.infer<typeof submitBody>;
/** What a body says to the gateway itself. */
export type GatewayOptions = z.infer<typeof gatewayOptions>;

/** The keys of a task (or of a shorthand body) that say what kind of task it is; new kinds need no release of ours. */
export function taskTypes(task: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(task).filter((key) => key.endsWith('_task') && task[key] !== undefined && task[key] !== null);
}
