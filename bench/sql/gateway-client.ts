import { Agent, request } from 'undici';

const dispatcher = new Agent({ connections: 200, bodyTimeout: 600_000, headersTimeout: 600_000 });

export interface Transfer {
  bytes: number;
  firstByteMs: number;
  totalMs: number;
}

/** Runs a statement through the gateway and takes its body as it comes. Raises Error unless it is whole. */
export async function transfer(gatewayUrl: string, statement: string, accept: string): Promise<Transfer> {
  const startedMs = performance.now();
  const { statusCode, body } = await request(`${gatewayUrl}/api/sql`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json' },
    body: JSON.stringify({ statement, timeout_seconds: 200 }),
    dispatcher,
  });
  let bytes = 0;
  let firstByteMs = 0;
  for await (const chunk of body) {
    if (bytes === 0) firstByteMs = performance.now() - startedMs;
    bytes += (chunk as Buffer).length;
  }
  if (statusCode !== 200) throw new Error(`The gateway answered ${statusCode}.`);
  return { bytes, firstByteMs, totalMs: performance.now() - startedMs };
}

export function closeClient(): Promise<void> {
  return dispatcher.close();
}
