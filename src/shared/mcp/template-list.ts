import * as z from 'zod';
import { listedTemplates } from '../http/template/template-response.ts';
import { stringifyJson } from '../json.ts';
import type { ToolCall } from './tool.ts';

/** Which template is meant. */
export const templateName = z.strictObject({
  template: z.string().min(1).max(200).describe('The name of the template.'),
});

/** All of the text goes into the context of a model. */
const MAX_CHARS = 16_000;

/** The templates that the caller may run, with what they take; the last ones by name alone where there are too many. */
export function templateList({ context, call }: ToolCall): string {
  let chars = 0;
  const lines = listedTemplates(context, call).map(({ name, description, parameters }) => {
    const line = `- ${name}: ${description} Parameters: ${stringifyJson(parameters.schema)}`;
    chars += line.length;
    return chars <= MAX_CHARS ? line : `- ${name}`;
  });
  return lines.length === 0 ? 'There is no template that you may run.' : `Templates:\n${lines.join('\n')}`;
}
