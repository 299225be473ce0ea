import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const mcp: Operation = {
  id: 'CallMcp',
  tag: 'Service',
  summary: 'Send a message of the Model Context Protocol',
  description:
    'The endpoint for agents (stateless streamable HTTP): one JSON-RPC message a request, one JSON document a response. Its tools run jobs and read SQL under the same policy as every other route.',
  body: {
    schema: 'McpMessage',
    isRequired: true,
    examples: {
      tools: {
        summary: 'List the tools',
        status: 200,
        value: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
      },
    },
  },
  responses: {
    200: { description: 'The response to the message.', body: 'McpResponse' },
    202: { description: 'The message is taken, and is none that has a response.' },
    400: { description: 'The message cannot be read.', body: 'McpResponse' },
    404: { description: 'There is no such method.', body: 'McpResponse' },
    406: { description: 'The client does not accept JSON.', body: 'McpResponse' },
  },
  problems: ['ORIGIN_NOT_ALLOWED', 'STORAGE_UNAVAILABLE', 'ENGINE_UNAVAILABLE'],
  connector: 'none',
};
