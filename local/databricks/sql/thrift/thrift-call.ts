import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { guidText } from './handles.ts';
import type { ThriftOperations } from './thrift-operations.ts';

/** What the Thrift calls work with. */
export interface ThriftServices {
  engine: Engine;
  compute: Compute;
  operations: ThriftOperations;
}

/** One call of TCLIService: returns the response struct, in which errors are a status. */
export type ThriftCall<Request> = (request: Request, services: ThriftServices) => Promise<object>;

/** The session of a handle, which counts as used now; undefined where it is not open. */
export function sessionOf({ engine }: ThriftServices, handle: T.TSessionHandle): Session | undefined {
  return engine.sessions.touch(guidText(handle.sessionId));
}
