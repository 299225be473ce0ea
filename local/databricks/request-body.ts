import type { EmulatedRequest } from '../emulator/emulator.ts';
import { ApiError } from './api-error.ts';
import { parseJson } from './json.ts';

/** Databricks' limit for the body of a Jobs API request. */
const MAX_JOBS_BODY_BYTES = 10 * 1024 * 1024;

/**
 * The arguments that a request's body gives: a JSON object without its `null` fields (in the JSON of protocol buffers a
 * field that is null is absent), or the fields of a multipart form, files in base64. `{}` where there is no body.
 * @throws ApiError 413 for a body over `maxBytes`, 400 MALFORMED_REQUEST for one that is not what its content type says
 */
export async function bodyOf({ body, headers }: EmulatedRequest, maxBytes = MAX_JOBS_BODY_BYTES): Promise<unknown> {
  if (body.length > maxBytes)
    throw new ApiError(413, 'MAX_REQUEST_SIZE_EXCEEDED', `The request body exceeds ${maxBytes} bytes.`);
  if (body.length === 0) return {};
  const contentType = headers['content-type'] ?? '';
  try {
    if (contentType.startsWith('multipart/form-data')) return await formOf(body, contentType);
    return withoutNulls(parseJson(body.toString('utf8')));
  } catch {
    throw new ApiError(
      400,
      'MALFORMED_REQUEST',
      'Invalid JSON given in the body of the request - failed to parse given JSON',
    );
  }
}

/** The arguments of a GET: its query, and what a JSON body adds to it, which Databricks takes as well. */
export function queryOf({ method, url }: EmulatedRequest, body: unknown): URLSearchParams {
  const query = new URLSearchParams(url.searchParams);
  if (method !== 'GET' || typeof body !== 'object' || body === null) return query;
  for (const [name, value] of Object.entries(body))
    if (!query.has(name)) query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return query;
}

async function formOf(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form)
    fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()).toString('base64');
  return fields;
}

/** Without the fields that are null, at any depth. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  // A number that is kept as its text has no prototype, and no fields to look at.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}
