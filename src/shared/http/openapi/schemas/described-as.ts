import type { z } from 'zod';

/**
 * A schema of what the gateway responds with, which the compiler holds against the type of what it does respond with:
 * a field that one of them lacks, or has with another type, does not compile.
 */
export function describedAs<Value>() {
  return <Schema extends z.ZodType<Value>>(schema: Value extends z.input<Schema> ? Schema : never): Schema => schema;
}
