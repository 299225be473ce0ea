import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurableHttpApi } from '../durable/http-api.ts';
import { readBody } from './body.ts';
import { HttpError } from './http-error.ts';
import { sendJson } from './send-json.ts';

/** Serves a request to the Durable HTTP API; `path` is what follows its base. */
export async function serveDurable(
  api: DurableHttpApi,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string[],
): Promise<void> {
  const token = request.headers['x-ms-continuation-token'];
  try {
    const result = await api.handle({
      method: request.method ?? 'GET',
      path,
      query: url.searchParams,
      url: url.href,
      origin: url.origin,
      body: (await readBody(request)).toString(),
      contentType: request.headers['content-type'] ?? '',
      continuationToken: Array.isArray(token) ? token[0] : token,
    });
    sendJson(response, result.status, result.body, result.headers);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    sendJson(response, error.status, {
      Message: 'One or more of the arguments submitted is incorrect',
      ExceptionMessage: error.message,
      ExceptionType: 'System.ArgumentException',
    });
  }
}
