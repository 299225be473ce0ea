/**
 * Reads a body to its end, into memory of its own; undefined where it is longer than `maxBytes`. The rest is not read
 * then: leaving the loop destroys the stream, and with it the connection.
 */
export async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return joined(chunks, bytes);
}

/** As `Buffer.concat`, which puts what is small into a pool: decoders of Arrow read the whole of a buffer. */
function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
