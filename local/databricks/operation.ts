import type { Workspace } from './workspace.ts';

/** A version of the REST API. */
export type ApiVersion = '2.0' | '2.1' | '2.2';

/** One request to an operation, authenticated and within its rate. */
export interface ApiRequest {
  version: ApiVersion;
  query: URLSearchParams;
  /** The arguments in the body; `{}` if there was none, a `Buffer` where the operation takes the body as it is. */
  body: unknown;
  /** Values of `{name}` in the operation's path. */
  params: Record<string, string>;
}

/** One REST operation; what `handle` returns is the JSON of a 200, or a `Download`. */
export interface Operation<Services = Workspace> {
  /** How faults, counts and rates call it. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/2.x/`; `{name}` stands for one segment, `{name+}` for one or more. */
  path: string;
  /** The body is a file's content, not arguments. @default false */
  takesRawBody?: boolean;
  /** @throws ApiError what the operation refuses */
  handle(request: ApiRequest, services: Services): unknown;
}
