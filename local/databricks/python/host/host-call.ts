import type { z } from 'zod';
import type { PythonContext } from './python-context.ts';

/** A method that Python may call; what it returns is sent as JSON. */
export type HostCall = (argumentsJson: unknown, context: PythonContext) => Promise<unknown>;

/**
 * A method with its arguments' schema.
 * @throws HostError as `handle` does; ZodError for arguments that are no such thing, which is a bug of the runtime
 */
export function hostCall<Schema extends z.ZodType>(
  schema: Schema,
  handle: (argumentsOf: z.output<Schema>, context: PythonContext) => unknown,
): HostCall {
  return async (argumentsJson, context) => handle(schema.parse(argumentsJson), context);
}
