import type { Limit } from '../limits.ts';
import { ResultTooLargeError } from '../sql-error.ts';
import { END_OF_STREAM } from '../warehouse/ipc.ts';
import { headOf, type ResultBatch } from '../warehouse/result-batch.ts';
import type { Encoder } from './encoder.ts';

/**
 * Writes an Arrow IPC stream: the messages as the warehouse sent them, untouched, except for a batch that a limit cuts.
 * A stream that a limit breaks off has no end marker.
 */
export const encodeArrow: Encoder = async function* ({ schemaMessage, batches }, { rows, bytes }) {
  let rowCount = 0;
  let byteCount = schemaMessage.length + END_OF_STREAM.length;
  let reached: { limit: Limit; text: string } | undefined;
  // The schema waits for the first batch: what fails before it can still be reported without a broken stream.
  let head: Uint8Array | undefined = schemaMessage;
  for await (const batch of batches) {
    if (batch.rowCount === 0) continue;
    let part = headOf(batch, rows.max - rowCount);
    if (part !== batch) reached = { limit: rows, text: `${rows.max} rows` };
    const fitting = fit(part, bytes.max - byteCount);
    if (fitting !== part) reached = { limit: bytes, text: `${bytes.max} bytes` };
    part = fitting;
    if (part.rowCount > 0) {
      const message = part.message();
      rowCount += part.rowCount;
      byteCount += message.length;
      if (head !== undefined) yield head;
      head = undefined;
      yield message;
    }
    if (reached !== undefined) break;
  }
  if (head !== undefined) yield head;
  if (reached !== undefined && !reached.limit.givenByCaller) throw new ResultTooLargeError(reached.text);
  yield END_OF_STREAM;
  return { rowCount, truncated: reached !== undefined };
};

/** As many of a batch's rows as fit into `maxBytes`, to within what halving finds. */
function fit(batch: ResultBatch, maxBytes: number): ResultBatch {
  let part = batch;
  while (part.rowCount > 0 && part.message().length > maxBytes) {
    const share = Math.max(0, maxBytes) / part.message().length;
    part = headOf(batch, Math.min(Math.floor(part.rowCount * share), Math.floor(part.rowCount / 2)));
  }
  return part;
}
