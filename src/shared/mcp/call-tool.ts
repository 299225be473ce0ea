import { auditRefusal } from '../http/handler.ts';
import { problem } from '../http/problem.ts';
import { toProblem } from '../http/to-problem.ts';
import { stringifyJson } from '../json.ts';
import type { Tool, ToolCall } from './tool.ts';

/** The result of a call as the protocol has it. */
export interface ToolResult {
  [member: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent: Record<string, unknown>;
  isError?: boolean;
}

/**
 * Calls a tool. What a caller got wrong and what failed are results, as models can read those and do better; they hold
 * the problem document of the same request over HTTP.
 */
export async function callTool(tool: Tool, given: Record<string, unknown>, toolCall: ToolCall): Promise<ToolResult> {
  try {
    const { summary, document } = await tool.run(given, toolCall);
    return toolResult(summary, document);
  } catch (error) {
    return failedResult(error, toolCall);
  }
}

function failedResult(error: unknown, { request, context, call }: ToolCall): ToolResult {
  auditRefusal(error, request, context, call);
  const found = toProblem(error);
  const { invocation, requestId } = call;
  if (found.status >= 500)
    context.log.error('request.failed', { function: invocation.functionName, request: requestId, error });
  // It may quote another system, as what a warehouse says of a statement.
  const text = context.redactor.data(problem(found, requestId).body as string);
  const document = JSON.parse(text) as Record<string, unknown>;
  return { ...toolResult(`${found.code}: ${String(document['detail'])}`, document), isError: true };
}

/** The document stands in the text as well: not every client hands the structure on to its model. */
function toolResult(summary: string, document: Record<string, unknown>): ToolResult {
  return {
    content: [
      { type: 'text', text: summary },
      { type: 'text', text: stringifyJson(document) },
    ],
    structuredContent: document,
  };
}
