import type { z } from 'zod';
import { invalidParameter } from './api-error.ts';
import { idOf, type Id } from './ids.ts';

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
