import type { HttpResponseInit } from '@azure/functions';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { mcpServer } from './mcp-server.ts';
import type { ToolCall } from './tool.ts';

/**
 * Lets the protocol's library respond to one message, in whichever revision the message is: 2026-07-28, or those before
 * it that begin with `initialize`, without their sessions.
 */
export async function serveMcp(message: object, toolCall: ToolCall): Promise<HttpResponseInit> {
  const { request, call } = toolCall;
  // The body has been read, with all its digits.
  const given = new Request(request.url, {
    method: 'POST',
    headers: new Headers([...request.headers]),
    signal: call.connection.signal,
  });
  const response = (await isLegacyRequest(given, message))
    ? await serveLegacy(given, message, toolCall)
    : await createMcpHandler(() => mcpServer(toolCall), { legacy: 'reject', keepAliveMs: 0 }).fetch(given, {
        parsedBody: message,
      });
  return { status: response.status, headers: new Headers(response.headers), body: await response.text() };
}

/** As the library does by itself, but as one JSON document and no stream. */
async function serveLegacy(given: Request, message: object, toolCall: ToolCall): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = mcpServer(toolCall);
  await server.connect(transport);
  try {
    return await transport.handleRequest(given, { parsedBody: message });
  } finally {
    await server.close();
  }
}
