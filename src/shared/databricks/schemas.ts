import * as z from 'zod';
import { idText } from '../id-text.ts';

/*
 * What Databricks responds, as far as the gateway reads it. Unknown fields are kept, unknown words are words, and a
 * field that is not what it should be counts as absent: nothing that Databricks adds breaks the gateway.
 */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const id = idText.optional().catch(undefined);
/** No page of Databricks has more. */
const MAX_ITEMS = 10_000;
const items = <Item extends z.ZodType>(item: Item) =>
  z
    .array(z.unknown())
    .max(MAX_ITEMS)
    .pipe(z.array(item))
    .nullish()
    .transform((list) => list ?? []);

/** `state`, which Databricks calls deprecated, and `status`, which takes its place; either may be missing. */
const stateFields = {
  state: z
    .looseObject({
      life_cycle_state: text,
      result_state: text,
      state_message: text,
      user_cancelled_or_timedout: flag,
    })
    .optional()
    .catch(undefined),
  status: z
    .looseObject({
      state: text,
      termination_details: z.looseObject({ code: text, type: text, message: text }).optional().catch(undefined),
      queue_details: z.looseObject({ code: text, message: text }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  start_time: number,
  end_time: number,
  setup_duration: number,
  execution_duration: number,
  cleanup_duration: number,
  run_duration: number,
  queue_duration: number,
  attempt_number: number,
  run_page_url: text,
};

const RunTask = z.looseObject({ ...stateFields, run_id: idText, task_key: text });

const Repair = z.looseObject({ id, type: text, ...stateFields });

const baseRunFields = {
  ...stateFields,
  run_id: idText,
  job_id: id,
  job_run_id: id,
  parent_run_id: id,
  original_attempt_run_id: id,
  run_name: text,
  run_type: text,
  creator_user_name: text,
  tasks: items(RunTask),
  repair_history: items(Repair),
};

/** A run in a list. */
export const BaseRun = z.looseObject(baseRunFields);

/** One page of a run. */
export const RunPage = z.looseObject({ ...baseRunFields, iterations: items(RunTask), next_page_token: text });

/** A page of `jobs/runs/list`. */
export const RunList = z.looseObject({ runs: items(BaseRun), next_page_token: text });

/** The output of a task run; outputs of other kinds of tasks pass through as they are. */
export const RunOutput = z.looseObject({
  metadata: BaseRun.optional().catch(undefined),
  error: text,
  error_trace: text,
  info: text,
  logs: text,
  logs_truncated: flag,
  notebook_output: z.looseObject({ result: text, truncated: flag }).optional().catch(undefined),
  run_job_output: z.looseObject({ run_id: id }).optional().catch(undefined),
});

/** The response to `runs/submit` and `run-now`. */
export const Created = z.looseObject({ run_id: idText });

/** The response to `runs/repair`. */
export const Repaired = z.looseObject({ repair_id: idText });

/** A saved job. */
export const Job = z.looseObject({
  job_id: idText,
  settings: z
    .looseObject({ name: text, tasks: items(z.looseObject({})) })
    .optional()
    .catch(undefined),
});

/** One page of a job with its settings; the tasks come in pages. */
export const JobPage = Job.extend({ next_page_token: text });

/** A page of `jobs/list`. */
export const JobList = z.looseObject({ jobs: items(Job), next_page_token: text });

/** A run without its tasks. */
export type BaseRun = z.infer<typeof BaseRun>;
/** A run with the tasks, iterations and repairs of all its pages. */
export type Run = z.infer<typeof RunPage>;
/** The output of a task run. */
export type RunOutput = z.infer<typeof RunOutput>;
/** A saved job. */
export type Job = z.infer<typeof Job>;
