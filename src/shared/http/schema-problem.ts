import type { z } from 'zod';
import { UNKNOWN_KEY } from '../body-schema.ts';
import { pointer } from '../json-pointer.ts';
import { MAX_ERRORS, ProblemError, type FieldError } from './problem.ts';

/** Parses with a schema. @throws {ProblemError} 400 that names each wrong place by its JSON Pointer. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProblemError('INVALID_BODY', 'The body does not fit the schema.', {
    errors: fieldErrors(result.error),
  });
}

function fieldErrors({ issues }: z.ZodError): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues.slice(0, MAX_ERRORS)) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MAX_ERRORS))
        errors.push({ path: pointer([...issue.path, key]), message: UNKNOWN_KEY });
    } else errors.push({ path: pointer(issue.path), message: issue.message });
  }
  return errors;
}
