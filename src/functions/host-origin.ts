import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

/** The host's own address, as the host passes it with the Durable client: what a request says of it may be anything. */
export function hostOrigin(invocation: InvocationContext): string {
  return new URL(df.getClient(invocation).createHttpManagementPayload('any').statusQueryGetUri).origin;
}
