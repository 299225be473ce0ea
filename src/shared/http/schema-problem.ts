import type { z } from 'zod';
import { ProblemError } from './problem.ts';

/** Parses with a schema. Raises ProblemError 400 that names each wrong place by its JSON Pointer. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pointer([...issue.path, key]), message: 'Unknown key.' }))
      : [{ path: pointer(issue.path), message: issue.message }],
  );
  throw new ProblemError(400, 'INVALID_BODY', 'The body does not fit the schema.', { errors: errors.slice(0, 100) });
}

/** A JSON Pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
