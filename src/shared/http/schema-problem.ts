import type { z } from 'zod';
import { pointer } from '../json-pointer.ts';
import { schemaWording } from '../schema-wording.ts';
import { MAX_ERRORS, ProblemError, type FieldError } from './problem.ts';

/** Parses with a schema. @throws {ProblemError} 400 that names each wrong place by its JSON Pointer. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: schemaWording });
  if (result.success) return result.data;
  throw wrongBody(fieldErrors(result.error));
}

/** A 400 about places of a body; its detail names the first, as not everybody looks further. */
export function wrongBody(errors: FieldError[]): ProblemError {
  const [first, ...others] = errors;
  const place = first === undefined || first.path === '' ? '' : `, at ${first.path}`;
  const more = others.length === 0 ? '' : ` (${others.length} more in errors)`;
  return new ProblemError('INVALID_BODY', `The body is not right${place}: ${first?.message ?? ''}${more}`, { errors });
}

function fieldErrors({ issues }: z.ZodError): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues.slice(0, MAX_ERRORS)) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MAX_ERRORS))
        errors.push({ path: pointer([...issue.path, key]), message: issue.message });
    } else errors.push({ path: pointer(issue.path), message: issue.message });
  }
  return errors;
}
