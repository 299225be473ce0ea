import * as z from 'zod';

const version = z.literal('2.0').describe('The version of JSON-RPC.');
const id = z.union([z.string(), z.int()]);

/** A message of the Model Context Protocol, whose library checks the rest. */
export const mcpMessage = z.looseObject({
  jsonrpc: version,
  method: z.string(),
  id: id.optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** The response to such a message. */
export const mcpResponse = z.looseObject({
  jsonrpc: version,
  // Of a message that cannot be read it is whatever came.
  id: z.union([z.string(), z.number()]).nullable().exactOptional().describe('That of the message.'),
  result: z.unknown().exactOptional().describe('As the method gives it.'),
  error: z
    .looseObject({ code: z.int(), message: z.string() })
    .exactOptional()
    .describe('Why there is no result; what a tool refuses is a result with `isError`.'),
});
