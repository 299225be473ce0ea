import * as z from 'zod';
import { actionableRun } from '../../http/run/run-response.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { runId, runOutput, waiting } from '../run-output.ts';
import { READS, type Tool } from '../tool.ts';

const input = z.strictObject({ id: runId, ...waiting.shape });

/** The tool that reads a run, and waits for its end. */
export const getRun: Tool = {
  name: 'get_run',
  title: 'Get a run',
  annotations: READS,
  description: () =>
    'Returns a run as it is now, or waits up to 55 seconds for its end; of a run that has ended, the result document: ' +
    'outcome, failure, and the output of every task. Call it again while `status` is not "completed".',
  schema: input,
  run: async (given, toolCall) => {
    const { id, wait_seconds: waitSeconds } = parseWith(input, given);
    const stored = await actionableRun(toolCall.context, toolCall.call, id, { action: 'runs:read' });
    return runOutput(toolCall, stored, waitSeconds);
  },
};
