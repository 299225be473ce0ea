import { z } from 'zod';
import { FAILURE_CLASSES } from '../domain/failure.ts';
import { OUTCOMES } from '../domain/outcome.ts';
import { idText } from '../json.ts';

/**
 * The body of `POST /api/runs`: what Databricks `runs/submit` takes, checked only where the gateway must understand
 * it. Keys that are not named here pass through as they came; inside `gateway` an unknown key is an error.
 */

const seconds = z.number().int().min(0).max(2_147_483_647);
const text = z.string().max(4_096);
const object = z.looseObject({});
const stringMap = z.record(z.string(), z.string());

const retry = z.strictObject({
  max_attempts: z.number().int().min(1).max(100).default(3),
  backoff_seconds: z.number().min(0).max(86_400).default(30),
  on: z.array(z.enum(FAILURE_CLASSES)).default(['platform', 'capacity']),
});

const notify = z.strictObject({
  email: z
    .array(z.union([z.literal('submitter'), z.email()]))
    .max(50)
    .default([]),
  on: z.array(z.enum(OUTCOMES)).default([...OUTCOMES]),
  callback_url: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  event_grid: z.boolean().default(false),
  queue: z.boolean().default(false),
});

/** Lists are filtered by `key:value`, which a key with a colon would make ambiguous. */
const labelKey = z
  .string()
  .min(1)
  .max(127)
  .regex(/^[^:]*$/, 'The key of a label has no colon.');

/** What Databricks has no field for. */
export const gatewayOptions = z.strictObject({
  workspace: z.string().min(1).max(100).default('default'),
  deadline_seconds: seconds.min(1).optional(),
  retry: retry.prefault({}),
  notify: notify.optional(),
  labels: z
    .preprocess(
      refusePrototype,
      z
        .record(labelKey, z.string().max(255))
        .refine((labels) => Object.keys(labels).length <= 25, 'At most 25 labels.'),
    )
    .default({}),
});

/** A record leaves this key out of what it has parsed without a word. */
function refusePrototype(labels: unknown, context: z.RefinementCtx): unknown {
  const key = '__proto__';
  if (typeof labels === 'object' && labels !== null && Object.hasOwn(labels, key))
    context.addIssue({ code: 'custom', path: [key], message: 'No label may have this name.' });
  return labels;
}

const parameters = z.union([stringMap, z.array(z.string())]);

const plainTaskShape = {
  notebook_task: z.looseObject({ notebook_path: z.string().min(1), base_parameters: stringMap.nullish() }).nullish(),
  spark_python_task: z
    .looseObject({ python_file: z.string().min(1), parameters: z.array(z.string()).nullish() })
    .nullish(),
  python_wheel_task: z.looseObject({ package_name: z.string(), entry_point: z.string().nullish() }).nullish(),
  spark_jar_task: z
    .looseObject({ main_class_name: z.string().nullish(), parameters: z.array(z.string()).nullish() })
    .nullish(),
  sql_task: z.looseObject({ warehouse_id: z.string().nullish(), parameters: stringMap.nullish() }).nullish(),
  run_job_task: z.looseObject({ job_id: idText }).nullish(),
  existing_cluster_id: z.string().min(1).nullish(),
  new_cluster: object.nullish(),
  timeout_seconds: seconds.nullish(),
  max_retries: z.number().int().nullish(),
  libraries: z.array(object).nullish(),
};

/** What a for-each task repeats is a task like others. */
const taskShape = {
  ...plainTaskShape,
  for_each_task: z
    .looseObject({ inputs: z.string(), task: z.looseObject({ ...plainTaskShape, for_each_task: object.nullish() }) })
    .nullish(),
};

const dependency = z.looseObject({ task_key: z.string(), outcome: z.string().optional() });

/** One element of `tasks[]`. */
const submitTask = z.looseObject({
  ...taskShape,
  task_key: z.string().min(1).max(100),
  depends_on: z.array(dependency).nullish(),
});

const idempotencyToken = z
  .string()
  .min(1)
  .max(255)
  .refine((token) => token.isWellFormed() && !token.includes('\0'), 'Expected text without NUL and lone surrogates.');

const common = {
  run_name: text.nullish(),
  idempotency_token: idempotencyToken.nullish(),
  email_notifications: object.nullish(),
  webhook_notifications: object.nullish(),
  access_control_list: z.array(object).nullish(),
  queue: z.looseObject({ enabled: z.boolean() }).nullish(),
  tags: stringMap.nullish(),
  gateway: gatewayOptions.nullish(),
};

/** The body of a one-time run. */
export const submitBody = z.looseObject({ ...taskShape, ...common, tasks: z.array(submitTask).min(1).nullish() });

/** The body of a run of a saved job. @see https://docs.databricks.com/api/azure/workspace/jobs/runnow */
export const runNowBody = z.looseObject({
  ...common,
  job_id: idText.nullish(),
  job_parameters: stringMap.nullish(),
  notebook_params: stringMap.nullish(),
  jar_params: z.array(z.string()).nullish(),
  python_params: z.array(z.string()).nullish(),
  python_named_params: parameters.nullish(),
  sql_params: stringMap.nullish(),
  only: z.array(z.string()).nullish(),
});

/** The body of a repair. @see https://docs.databricks.com/api/azure/workspace/jobs/repairrun */
export const repairBody = z.looseObject({
  rerun_tasks: z.array(z.string()).min(1).nullish(),
  rerun_all_failed_tasks: z.boolean().nullish(),
  rerun_dependent_tasks: z.boolean().nullish(),
});

export type SubmitBody = z.infer<typeof submitBody>;
export type GatewayOptions = z.infer<typeof gatewayOptions>;

/** The keys of a task (or of a shorthand body) that say what kind of task it is; new kinds need no release of ours. */
export function taskTypes(task: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(task).filter((key) => key.endsWith('_task') && task[key] !== undefined && task[key] !== null);
}
