/** Databricks returns the first 5 MB of a notebook's value and the last 5 MB of logs. */
export const MAX_OUTPUT_BYTES = 5 * 1024 * 1024;

/** The first 5 MB of a notebook's exit value, cut between characters. */
export function truncateOutput(result: string): { result: string; truncated?: boolean } {
  if (Buffer.byteLength(result) <= MAX_OUTPUT_BYTES) return { result };
  const bytes = Buffer.from(result);
  let end = MAX_OUTPUT_BYTES;
  while (isContinuation(bytes[end])) end--;
  return { result: bytes.toString('utf8', 0, end), truncated: true };
}

/** The last 5 MB of what a file printed. */
export function truncateLogs(logs: string): { logs: string; logs_truncated?: boolean } {
  if (Buffer.byteLength(logs) <= MAX_OUTPUT_BYTES) return { logs };
  const bytes = Buffer.from(logs);
  let start = bytes.length - MAX_OUTPUT_BYTES;
  while (isContinuation(bytes[start])) start++;
  return { logs: bytes.toString('utf8', start), logs_truncated: true };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
