import * as z from 'zod';
import { parseTemplateCall, templateCall } from '../../http/run/template-request.ts';
import { parseWith } from '../../http/schema-problem.ts';
import { templateToRun } from '../../http/template/template-response.ts';
import { acceptedOutput, waiting } from '../run-output.ts';
import { templateList, templateName } from '../template-list.ts';
import type { Tool } from '../tool.ts';

/** The tool that runs what an operator has prepared. */
export const runTemplate: Tool = {
  name: 'run_template',
  title: 'Run a template',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  description: (toolCall) =>
    'Runs what an operator has prepared, knowing its parameters only. Returns the run document at once, or the result ' +
    `where wait_seconds saw the end.\n\n${templateList(toolCall)}`,
  schema: z.strictObject({ ...templateName.shape, ...templateCall.shape, ...waiting.shape }),
  run: async ({ template: name, wait_seconds: seconds, ...given }, toolCall) => {
    const { context, call } = toolCall;
    const { wait_seconds: waitSeconds } = parseWith(waiting, { wait_seconds: seconds });
    const asked = parseWith(templateName, { template: name });
    const template = templateToRun(context, call, asked.template, { isExplained: false });
    return acceptedOutput(toolCall, parseTemplateCall(template, given, context.config), waitSeconds);
  },
};
