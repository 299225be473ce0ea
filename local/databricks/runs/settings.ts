import { z } from 'zod';
import { idOf } from '../ids.ts';
import { digitsOf } from '../json.ts';

/** An int64 in a request: a number, or a string of digits. */
export const idSchema = z.union([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(idOf),
  z.custom<object>((value) => digitsOf(value) !== undefined).transform((value) => idOf(digitsOf(value) ?? '')),
]);

/** Notebooks below this path run no code. */
export const SIMULATED_PREFIX = '/Simulated/';

const MAX_NAME_BYTES = 4_096;
/** Of a notebook's parameters as JSON. */
const MAX_BASE_PARAMETERS_BYTES = 1_048_576;
const MAX_TAGS = 25;

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The name of a run or a job. */
export const nameSchema = z.string().refine((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES, {
  error: `The name exceeds the limit of ${MAX_NAME_BYTES} bytes.`,
});

const textMap = z.record(z.string(), z.unknown());
const notebookSchema = z
  .looseObject({ notebook_path: z.string().min(1), base_parameters: textMap.optional() })
  // The parameters of a simulated notebook say what it returns, which may be more than a real one can be given.
  .refine(
    ({ notebook_path: path, base_parameters: parameters = {} }) =>
      path.startsWith(SIMULATED_PREFIX) || jsonBytes(parameters) <= MAX_BASE_PARAMETERS_BYTES,
    { error: `The JSON representation of base_parameters cannot exceed ${MAX_BASE_PARAMETERS_BYTES} bytes.` },
  );
const tagsSchema = z.record(z.string(), z.unknown()).refine((tags) => Object.keys(tags).length <= MAX_TAGS, {
  error: `The number of tags exceeds the limit of ${MAX_TAGS}.`,
});
/** Protocol buffers' JSON takes an integer as a text as well. */
const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);
/** It takes a boolean as a text, too. */
export const flagSchema = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
const seconds = integer.pipe(z.int().min(0));

const webhooksSchema = z.looseObject({}).catchall(z.array(z.looseObject({ id: z.string() })).max(3));

const notificationSettingsSchema = z.looseObject({
  no_alert_for_skipped_runs: flagSchema.optional(),
  no_alert_for_canceled_runs: flagSchema.optional(),
  alert_on_last_attempt: flagSchema.optional(),
});

const healthSchema = z.looseObject({
  rules: z.array(z.looseObject({ metric: z.string(), op: z.string(), value: z.number() })).optional(),
});

const plainTaskSchema = z.looseObject({
  task_key: z.string().min(1).max(100),
  depends_on: z.array(z.looseObject({ task_key: z.string(), outcome: z.string().optional() })).optional(),
  run_if: z.string().optional(),
  disabled: flagSchema.optional(),
  timeout_seconds: seconds.optional(),
  max_retries: integer.pipe(z.int().min(-1)).optional(),
  min_retry_interval_millis: integer.pipe(z.int().min(0)).optional(),
  retry_on_timeout: flagSchema.optional(),
  existing_cluster_id: z.string().optional(),
  new_cluster: z.looseObject({}).optional(),
  job_cluster_key: z.string().optional(),
  environment_key: z.string().optional(),
  notebook_task: notebookSchema.optional(),
  spark_python_task: z
    .looseObject({ python_file: z.string().min(1), parameters: z.array(z.string()).optional() })
    .optional(),
  condition_task: z.looseObject({ op: z.string(), left: z.string(), right: z.string() }).optional(),
  run_job_task: z.looseObject({ job_id: idSchema }).optional(),
  webhook_notifications: webhooksSchema.optional(),
  notification_settings: notificationSettingsSchema.optional(),
  health: healthSchema.optional(),
});

/** What a task of `runs/submit` or of a saved job may say; only what the emulator acts on is named, the rest is kept. */
export const taskSchema = plainTaskSchema.extend({
  for_each_task: z
    .looseObject({
      inputs: z.string(),
      concurrency: integer.pipe(z.int().min(1).max(100)).optional(),
      task: plainTaskSchema,
    })
    .optional(),
});

/** The settings of a task; fields that the emulator does not act on are kept. */
export type TaskSettings = z.output<typeof taskSchema>;

const jobClusterSchema = z.looseObject({ job_cluster_key: z.string(), new_cluster: z.looseObject({}) });

/** What a run as a whole may say. */
export const runSchema = z.looseObject({
  run_name: nameSchema.optional(),
  tags: tagsSchema.optional(),
  idempotency_token: z.string().optional(),
  timeout_seconds: seconds.optional(),
  queue: z.looseObject({ enabled: flagSchema }).optional(),
  tasks: z.array(taskSchema).optional(),
  job_clusters: z.array(jobClusterSchema).optional(),
  webhook_notifications: webhooksSchema.optional(),
  notification_settings: notificationSettingsSchema.optional(),
  health: healthSchema.optional(),
});

/** The settings of a run; fields that the emulator does not act on are kept. */
export type RunSettings = z.output<typeof runSchema>;
