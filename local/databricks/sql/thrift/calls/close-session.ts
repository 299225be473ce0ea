import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidSession } from '../handles.ts';
import { sessionOf, type ThriftCall } from '../thrift-call.ts';
import { successStatus } from '../thrift-results.ts';

/** Closes a session and its operations. */
export const closeSession: ThriftCall<T.TCloseSessionReq> = async ({ sessionHandle }, services) => {
  const session = sessionOf(services, sessionHandle);
  if (session === undefined) return new types.TCloseSessionResp({ status: invalidSession(sessionHandle) });
  await services.operations.freeOf(session);
  await services.engine.sessions.close(session.id);
  return new types.TCloseSessionResp({ status: successStatus() });
};
