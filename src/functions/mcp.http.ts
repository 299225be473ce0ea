/** `POST, GET, DELETE /api/mcp` */
export { mcpResponse as handle } from '../shared/mcp/mcp-response.ts';
