import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { DBSQLClient } from '@databricks/sql';

const agents = new WeakSet<object>();

/**
 * The driver's HTTP client (node-fetch 2) waits for ever for the rest of a body with a Content-Length whose connection
 * broke: it listens for errors of the request, and Node reports this one on the response only.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest & { agent?: object } };
  if (request.agent === undefined || !agents.has(request.agent)) return;
  request.once('response', (response: IncomingMessage) => {
    response.once('close', () => {
      if (!response.complete) request.emit('error', new CutOffResponseError());
    });
  });
});

/** The connection broke before the whole response had come. */
class CutOffResponseError extends Error {
  override readonly name = 'CutOffResponseError';
  /** As the network's own error, which the driver repeats its safe calls for. */
  readonly code = 'ECONNRESET';
  constructor() {
    super('The connection broke in the middle of a response.');
  }
}

/**
 * Makes a call or a download fail whose response breaks off. Where the driver's inside has another shape than expected,
 * nothing is changed and the statement's deadline is what ends such a call.
 */
export async function failCutOffResponses(client: DBSQLClient): Promise<void> {
  const { getConnectionProvider } = client as unknown as {
    getConnectionProvider?: () => Promise<{ getAgent?: () => Promise<object | undefined> }>;
  };
  const provider = await getConnectionProvider?.call(client);
  const agent = await provider?.getAgent?.();
  if (agent !== undefined) agents.add(agent);
}
