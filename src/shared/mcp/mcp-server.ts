import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import packageJson from '../../../package.json' with { type: 'json' };
import { callTool } from './call-tool.ts';
import { inputSchemaOf } from './input-schema.ts';
import type { ToolCall } from './tool.ts';
import { TOOLS } from './tools.ts';

const INSTRUCTIONS =
  'Runs Databricks notebooks, jobs and SQL under the policy of an organisation. Submit with submit_run or run_template, ' +
  'then get_run with wait_seconds until `status` is "completed". A refusal names the rule that refused.';

/** The schemas are the same for every call, and take a while to make. */
const LISTED = TOOLS.map(({ schema, ...tool }) => ({ ...tool, inputSchema: inputSchemaOf(schema) }));

/** The server of one request: it knows whose tools it calls. */
export function mcpServer(toolCall: ToolCall): Server {
  const server = new Server(
    { name: packageJson.name, title: 'Databricks Gateway', version: packageJson.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', () => ({
    tools: LISTED.map(({ name, title, annotations, description, inputSchema }) => ({
      name,
      title,
      description: description(toolCall),
      inputSchema,
      annotations,
    })),
  }));
  server.setRequestHandler('tools/call', ({ params }) => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (tool === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name.slice(0, 100)}.`);
    return callTool(tool, params.arguments ?? {}, toolCall);
  });
  return server;
}
