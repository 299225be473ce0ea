import * as z from 'zod';
import { actionableRun } from '../../http/run/run-response.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { requestCancel } from '../../runs/accept/request-cancel.ts';
import { runId, settledOutput } from '../run-output.ts';
import type { Tool } from '../tool.ts';

const input = z.strictObject({ id: runId });

/** The tool that stops a run. */
export const cancelRun: Tool = {
  name: 'cancel_run',
  title: 'Cancel a run',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  description: () =>
    'Stops a run, a queued one too, and returns it as it is then; get_run says when it has stopped. Of a run that has ' +
    'ended nothing changes.',
  schema: input,
  run: async (given, toolCall) => {
    const { id } = parseWith(input, given);
    const { context, call, orchestrations } = toolCall;
    const stored = await actionableRun(context, call, id, { action: 'runs:cancel' });
    return settledOutput(toolCall, await requestCancel(context, orchestrations, stored));
  },
};
