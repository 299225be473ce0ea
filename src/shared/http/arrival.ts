import type { InvocationContext } from '@azure/functions';
import { connectionOf, type ClientConnection } from '../streaming/client-connection.ts';

/** What is known of a request when it arrives. */
export interface Arrival {
  /** When the request arrived, epoch ms. */
  receivedAtMs: number;
  connection: ClientConnection;
}

/** Has to be called before anything is awaited, so that a client that leaves early is noticed too. */
export function arrivalOf({ invocationId }: InvocationContext): Arrival {
  return { receivedAtMs: Date.now(), connection: connectionOf(invocationId) };
}
