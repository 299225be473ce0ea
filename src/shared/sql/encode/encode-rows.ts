import { ResultTooLargeError } from '../sql-error.ts';
import type { Limits } from '../limits.ts';
import type { ResultBatch } from '../warehouse/result-batch.ts';
import { ByteWriter } from './byte-writer.ts';
import type { RowTotals } from './encoder.ts';
import type { RowFormat } from './row-format.ts';

/** A piece of a body goes out when it is about this large: enough to be cheap, small enough to be early. */
const CHUNK_BYTES = 112 * 1024;
/** How much a format may still write after its last row. */
const END_BYTES = 128;

/**
 * Writes the rows of `batches`, chunk by chunk, up to the limits. `truncates`: the format itself says that rows are
 * missing. In any other, a limit that the caller did not give throws ResultTooLargeError after what fits was written.
 * Returns what was written.
 */
export async function* encodeRows(
  batches: AsyncIterable<ResultBatch>,
  format: RowFormat,
  { rows, bytes }: Pick<Limits, 'rows' | 'bytes'>,
  { truncates }: { truncates: boolean },
): AsyncGenerator<Buffer, RowTotals> {
  const out = new ByteWriter();
  let rowCount = 0;
  let sentBytes = 0;
  let reached: string | undefined;
  const send = () => {
    sentBytes += out.length;
    return out.take();
  };
  const maxBytes = truncates ? bytes.max - END_BYTES : bytes.max;
  format.begin(out);
  read: for await (const batch of batches) {
    const write = format.rowWriter(batch.recordBatch());
    for (let row = 0; row < batch.rowCount; row++) {
      const mark = out.length;
      if (rowCount < rows.max) write(out, row, rowCount === 0);
      const fits = rowCount < rows.max && sentBytes + out.length <= maxBytes;
      if (!fits) {
        out.length = mark;
        reached = rowCount >= rows.max ? `${rows.max} rows` : `${bytes.max} bytes`;
        break read;
      }
      rowCount++;
      if (out.length >= CHUNK_BYTES) yield send();
    }
  }
  if (reached !== undefined && !truncates) {
    const { givenByCaller } = reached.endsWith('rows') ? rows : bytes;
    if (!givenByCaller) {
      yield send();
      throw new ResultTooLargeError(reached);
    }
  }
  const totals = { rowCount, truncated: reached !== undefined };
  format.end(out, totals);
  if (out.length > 0) yield send();
  return totals;
}
