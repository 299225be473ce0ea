import * as z from 'zod';
import { DatabricksProtocolError } from './errors.ts';
import type { DatabricksRequest, Transport } from './transport.ts';

/** What is said of a response that lacks something at most; it may be of any size. */
const MAX_MESSAGE_CHARS = 500;

/** Makes a request and returns what of its response the schema names. @throws as the transport does */
export type ValidatedCall = <Schema extends z.ZodType>(
  operation: string,
  schema: Schema,
  request: DatabricksRequest,
) => Promise<z.infer<Schema>>;

/**
 * Requests whose responses must fit a schema. They throw the leaves of `DatabricksError`, DatabricksProtocolError among
 * them where a response does not fit.
 */
export function validatedCall(transport: Transport): ValidatedCall {
  return async (operation, schema, request) => {
    const parsed = schema.safeParse(await transport.request(operation, request));
    if (parsed.success) return parsed.data;
    const reason = z.prettifyError(parsed.error).slice(0, MAX_MESSAGE_CHARS);
    const databricksMessage = `The response lacks what it must have. ${reason}`;
    throw new DatabricksProtocolError({ operation, status: 200, databricksMessage }, { retryable: true });
  };
}
