import type { z } from 'zod';
import { invalidParameter } from './api-error.ts';
import { idOf, type Id } from './ids.ts';
import type { Workspace } from './workspace.ts';

export type ApiVersion = '2.0' | '2.1' | '2.2';

/** One request to an operation, authenticated and within its rate. */
interface ApiRequest {
  version: ApiVersion;
  query: URLSearchParams;
  /** The arguments in the body; `{}` if there was none, a `Buffer` where the operation takes the body as it is. */
  body: unknown;
  /** Values of `{name}` in the operation's path. */
  params: Record<string, string>;
}

/** One REST operation; what `handle` returns is the JSON of a 200, or a `Download`. */
export interface Operation {
  /** How faults, counts and rates call it. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/2.x/`; `{name}` stands for one segment, `{name+}` for one or more. */
  path: string;
  /** The body is a file's content, not arguments. @default false */
  takesRawBody?: boolean;
  handle(request: ApiRequest, workspace: Workspace): unknown;
}

/**
 * The body in the shape that an operation takes.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE naming the first offending field
 */
export function parseBody<Schema extends z.ZodType>(body: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw invalidParameter(
    field === '' ? (issue?.message ?? 'Invalid request.') : `Invalid value for ${field}: ${issue?.message}`,
  );
}

/**
 * A required int64 of the query.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE
 */
export function idOfQuery(query: URLSearchParams, name: string): Id {
  const text = query.get(name) ?? '';
  if (text === '') throw invalidParameter(`Missing required field: ${name}`);
  if (!/^\d{1,19}$/.test(text)) throw invalidParameter(`Invalid value for ${name}: ${text} is not a number.`);
  return idOf(text);
}

/** A boolean of the query: the strings `true` and `false`. */
export function flagOfQuery(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true';
}

/** An opaque page token that stands for these numbers. */
export function pageToken(...numbers: number[]): string {
  return Buffer.from(numbers.join(':')).toString('base64');
}

/**
 * The numbers of a page token.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE
 */
export function parsePageToken(token: string): number[] {
  const text = Buffer.from(token, 'base64').toString();
  if (!/^\d{1,16}(:\d{1,16})*$/.test(text)) throw invalidParameter(`Invalid page token ${token}.`);
  return text.split(':').map(Number);
}
