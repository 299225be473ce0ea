import * as z from 'zod';
import { submitBody } from '../../http/run/run-body.ts';
import { parseRunRequest } from '../../http/run/run-request.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { idText } from '../../id-text.ts';
import { acceptedOutput, waiting } from '../run-output.ts';
import type { Tool } from '../tool.ts';

/** A saved job in the place of tasks. */
const job = z.looseObject({
  job: z
    .union([idText, z.string().min(1)])
    .optional()
    .describe('Run this saved job, by id or name, in the place of tasks; with job_parameters and the like beside it.'),
});

/** The tool that submits a run. */
export const submitRun: Tool = {
  name: 'submit_run',
  title: 'Submit a run',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  description: () =>
    'Runs a notebook or any other task on Databricks: the arguments are the body of runs/submit (`tasks`, or one task ' +
    'at the top), with `gateway` for deadline, retries, labels and notifications. Give an `idempotency_token` to be ' +
    'able to repeat the call: the same token never starts a second run. Returns the run document at once, or the ' +
    'result where wait_seconds saw the end. What a caller may run is decided by policy; explain_policy says how.',
  schema: z.looseObject({ ...submitBody.out.shape, ...job.shape, ...waiting.shape }),
  run: async ({ wait_seconds: seconds, ...body }, toolCall) => {
    const { wait_seconds: waitSeconds } = parseWith(waiting, { wait_seconds: seconds });
    const parsed = parseRunRequest(body, toolCall.context.config);
    return acceptedOutput(toolCall, parsed, waitSeconds);
  },
};
