import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { repeatedName } from '../../src/shared/json-repeated-name.ts';
import { pointer } from '../../src/shared/json-pointer.ts';
import { Policy } from '../../src/shared/policy/policy.ts';
import { policySchema } from '../../src/shared/policy/policy-schema.ts';

/** A file that cannot be used; the message says where it is wrong. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
}

/** Reads a JSON file of a form. @throws {UnusableFileError} */
export async function readForm<Form>(path: string, schema: z.ZodType<Form>): Promise<Form> {
  let value: unknown;
  try {
    const text = await readFile(path, 'utf8');
    value = parseJson(text);
    const repeated = repeatedName(text);
    if (repeated !== undefined)
      throw new Error(`${JSON.stringify(repeated.slice(0, 100))} stands twice in one object.`);
  } catch (error) {
    throw new UnusableFileError(`${path}: ${error instanceof Error ? error.message : 'cannot be read.'}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    return `${path}: ${pointer([...issue.path, ...unknown])}: ${unknown.length > 0 ? 'Unknown key.' : issue.message}`;
  });
  throw new UnusableFileError(problems.join('\n'));
}

/** The policy of a file. @throws {UnusableFileError} */
export async function readPolicy(path: string): Promise<Policy> {
  return new Policy(await readForm(path, policySchema));
}
