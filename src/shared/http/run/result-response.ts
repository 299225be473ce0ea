import type { HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { isSuccess } from '../../domain/outcome.ts';
import type { RunDocument } from '../../domain/run-document.ts';
import { resultChunks } from '../../runs/results/run-result.ts';
import type { ClientConnection } from '../../streaming/client-connection.ts';
import { openBody } from '../../streaming/result-body.ts';
import { problem, ProblemError } from '../problem.ts';

/** Whom a response goes to, and by what id the log knows the request. */
export interface Recipient {
  requestId: string;
  connection: ClientConnection;
}

/** A failure of storage within the first bytes is returned as a problem; later it breaks the response off. */
const HELD_BYTES = 1024 * 1024;

/**
 * The result of a completed run, streamed at the client's pace where it is large; 424 with the same result for an
 * unsuccessful one where the caller asked for an error status.
 * @throws {StorageUnavailableError}
 */
export async function resultResponse(
  context: AppContext,
  document: RunDocument,
  {
    recipient,
    failOnError,
    headers = {},
  }: { recipient: Recipient; failOnError: boolean; headers?: Record<string, string> },
): Promise<HttpResponseInit> {
  const { requestId, connection } = recipient;
  const result = resultChunks(context.archive, document, connection.signal);
  const bodyOf = (chunks: AsyncGenerator<Uint8Array>) =>
    openBody(chunks, {
      connection,
      signal: connection.signal,
      holdBytes: HELD_BYTES,
      done: () => undefined,
      onBroken: (error) => {
        if (connection.signal.aborted) return;
        context.log.warn('result.interrupted', { run: document.id, request: requestId, error });
      },
    }).catch((error: unknown) => {
      throw connection.signal.aborted ? new ProblemError('CLIENT_GONE', 'The client went away.') : error;
    });
  if (failOnError && document.outcome !== null && !isSuccess(document.outcome)) {
    const detail = `The run ended as ${document.outcome}: ${document.failure?.message ?? ''}`;
    const refusal = problem(new ProblemError('RUN_UNSUCCESSFUL', detail), requestId);
    return { ...refusal, body: await bodyOf(ended(withResult(refusal.body as string, result))) };
  }
  const responseHeaders = { 'content-type': 'application/json', ...headers };
  return { status: 200, headers: responseHeaders, body: await bodyOf(ended(result)) };
}

/** A JSON object with one member more. */
async function* withResult(json: string, result: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${json.slice(0, -1)},"result":`);
  yield* result;
  yield Buffer.from('}');
}

/** As every JSON body, with a newline at its end. */
async function* ended(json: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* json;
  yield Buffer.from('\n');
}
