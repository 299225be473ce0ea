import { API_URL, getJson } from '../../api/gateway.ts';

/** A request as it was sent, or can be sent again. `path` is below `/api/`. */
export interface SentRequest {
  path: string;
  /** JSON, digits kept. */
  body: string;
}

/** What a run was asked for with. @throws {RequestError} */
export async function readRequest(id: string): Promise<SentRequest> {
  return getJson<SentRequest>(`monitor/runs/${encodeURIComponent(id)}/request`);
}

/** The request as a command for a shell; credentials are left to whoever runs it. */
export function asCurl({ path, body }: SentRequest): string {
  return [
    `curl -X POST ${quoted(new URL(path, API_URL).href)}`,
    `  -H 'content-type: application/json'`,
    `  -d ${quoted(body)}`,
  ].join(' \\\n');
}

/** A text that a POSIX shell takes as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
