import * as z from 'zod/mini';

/*
 * Of the documents of the HTTP contract, what the program itself looks at. Whatever else they hold is left alone.
 */

const failure = z.looseObject({ class: z.string(), code: z.optional(z.string()), message: z.string() });

const notebookOutput = z.looseObject({ result: z.nullish(z.string()), truncated: z.optional(z.boolean()) });

const task = z.looseObject({
  task_key: z.string(),
  status: z.optional(z.string()),
  outcome: z.nullish(z.string()),
  error: z.nullish(z.string()),
  error_trace: z.nullish(z.string()),
  logs: z.nullish(z.string()),
  logs_truncated: z.nullish(z.boolean()),
  notebook_output: z.nullish(notebookOutput),
  output_error: z.nullish(z.looseObject({ message: z.string() })),
});

/** A run document, or a result document. */
export const runSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  outcome: z.nullable(z.string()),
  failure: z.optional(failure),
  run_name: z.nullish(z.string()),
  run_page_url: z.nullish(z.string()),
  queue_position: z.nullish(z.number()),
  unreachable_since: z.nullish(z.string()),
  attempt: z.number(),
  max_attempts: z.number(),
  state_message: z.optional(z.string()),
  created_at: z.nullish(z.string()),
  submitted_by: z.looseObject({ name: z.string() }),
  tasks: z.array(task),
});

/** A run document, or a result document. */
export type Run = z.output<typeof runSchema>;

/** A page of runs. */
export const runPageSchema = z.looseObject({ runs: z.array(runSchema), next_page_token: z.optional(z.string()) });

/** The rows of a statement as JSON. */
export const rowsSchema = z.looseObject({
  columns: z.array(z.looseObject({ name: z.string() })),
  rows: z.array(z.array(z.unknown())),
  truncated: z.boolean(),
});

/** A problem document (RFC 9457). */
export const problemSchema = z.looseObject({
  detail: z.string(),
  code: z.string(),
  request_id: z.optional(z.string()),
  errors: z.optional(z.array(z.looseObject({ path: z.string(), message: z.string() }))),
});
