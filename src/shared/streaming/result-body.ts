import type { ClientConnection } from './client-connection.ts';

/** How a body is streamed. */
export interface BodyOptions {
  readonly connection: ClientConnection;
  /** Aborted when the deadline has passed or the client has gone. */
  readonly signal: AbortSignal;
  /** What a stream says, in its own format, of the failure that breaks it. */
  readonly failureText?: (error: unknown) => string;
  /** How much is held back before the first byte goes out: a failure until then is returned as a problem. */
  readonly holdBytes: number;
  /** Called when the body is complete, has failed or is given up. */
  readonly done: () => void;
  /** Called with a failure after the first byte. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * A body out of chunks: a whole one where all of it was held back, else a stream that goes at the client's pace and
 * breaks off visibly when the chunks fail.
 * @throws what the chunks throw before the first byte.
 */
export async function openBody(
  chunks: AsyncGenerator<Uint8Array>,
  options: BodyOptions,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  const held: Uint8Array[] = [];
  try {
    for (let bytes = 0; bytes <= options.holdBytes;) {
      const next = await chunks.next();
      if (next.done === true) {
        options.done();
        return Buffer.concat(held);
      }
      held.push(next.value);
      bytes += next.value.length;
    }
  } catch (error) {
    options.done();
    throw error;
  }
  return ReadableStream.from(stream(held, chunks, options));
}

async function* stream(
  held: readonly Uint8Array[],
  chunks: AsyncGenerator<Uint8Array>,
  { connection, signal, failureText, done, onBroken }: BodyOptions,
): AsyncGenerator<Uint8Array> {
  let failure: unknown;
  try {
    yield* held;
    for (;;) {
      await connection.drained(signal);
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    failure = error;
  } finally {
    await chunks.return(undefined).catch(() => undefined);
    done();
  }
  onBroken(failure);
  if (failureText !== undefined && !connection.signal.aborted) yield Buffer.from(failureText(failure));
  await connection.cut().catch(() => {
    throw failure;
  });
}
