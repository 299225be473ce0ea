import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';

export interface ToolAnswer {
  /** Its first lines, for people. */
  summary: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
  document: any;
  isError: boolean;
}

/** The official client of the Model Context Protocol at a gateway; closed when its test ends. */
export async function connectMcp(
  url: string,
  { headers = {}, mode = 'auto' }: { headers?: Record<string, string>; mode?: 'auto' | 'legacy' } = {},
) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/api/mcp`), { requestInit: { headers } }));
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer> => {
    const result = await client.callTool({ name, arguments: args });
    const [summary, text] = result.content.map((block) => (block.type === 'text' ? block.text : ''));
    const document = result.structuredContent;
    if (JSON.stringify(document) !== JSON.stringify(JSON.parse(text ?? ''))) throw new Error('The text says another.');
    return { summary: summary ?? '', document, isError: result.isError === true };
  };
  return { client, call };
}
