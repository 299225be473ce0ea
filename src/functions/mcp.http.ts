import { httpTrigger } from './http-trigger.ts';

httpTrigger('mcp', {
  // GET and DELETE are refused in the protocol's own way.
  methods: ['POST', 'GET', 'DELETE'],
  route: 'mcp',
  handle: async (request, context, call) => {
    // Loaded with the first request: few callers are agents, and the protocol's library is large.
    const { mcpResponse } = await import('../shared/mcp/mcp-response.ts');
    return mcpResponse(request, context, call);
  },
});
