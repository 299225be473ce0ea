import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../async/abortable.ts';
import { ClientGoneError } from './client-gone-error.ts';

/** The connection that a response goes out on. */
export interface ClientConnection {
  /** Aborted with ClientGoneError when the client goes away before its response is complete. */
  readonly signal: AbortSignal;
  /** Waits until the client has taken what was written before. @throws the signal's reason. */
  drained(signal: AbortSignal): Promise<void>;
  /**
   * Delivers what was written and then breaks the connection off, so that the client sees that something is missing.
   */
  cut(): Promise<void>;
}

const INVOCATION_ID = 'x-ms-invocation-id';
const CUT_WAIT_MS = 10_000;
const responses = new Map<string, ServerResponse>();

/**
 * `@azure/functions` writes a streamed body without looking at back-pressure or at whether anybody still reads it.
 * Its responses are within reach all the same: Node announces every request of the process's HTTP servers on this
 * channel, and the host marks those it forwards with the id of the invocation.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const id = request.headers[INVOCATION_ID];
  if (typeof id !== 'string') return;
  responses.set(id, response);
  response.once('close', () => responses.delete(id));
});

/** The connection of an invocation; one that cannot be watched where the host does not forward the request. */
export function connectionOf(invocationId: string): ClientConnection {
  const response = responses.get(invocationId);
  return response === undefined ? UNWATCHED : watch(response);
}

const UNWATCHED: ClientConnection = {
  signal: new AbortController().signal,
  drained: () => Promise.resolve(),
  cut: () => Promise.reject(new ClientGoneError()),
};

function watch(response: ServerResponse): ClientConnection {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new ClientGoneError());
  });
  // The library may still write to a response whose client has gone; that is no error.
  response.on('error', () => undefined);
  if (response.destroyed) gone.abort(new ClientGoneError());
  return {
    signal: gone.signal,
    drained: async (signal) => {
      if (!response.writableNeedDrain || response.destroyed) return;
      const waiting = new AbortController();
      const drain = once(response, 'drain', { signal: waiting.signal });
      await abortable(drain, AbortSignal.any([signal, gone.signal])).finally(() => waiting.abort());
    },
    cut: async () => {
      const end = Date.now() + CUT_WAIT_MS;
      while (!response.destroyed && response.writableLength > 0 && Date.now() < end) await sleep(5);
      response.destroy();
    },
  };
}
