import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidSession } from '../handles.ts';
import { openedOperation } from '../opened-operation.ts';
import { sqlParameter } from '../spark-parameter.ts';
import { sessionOf, type ThriftCall } from '../thrift-call.ts';

/** Runs a statement; a short one's results are in the response, where the client wants them. */
export const executeStatement: ThriftCall<T.TExecuteStatementReq> = async (request, services) => {
  const { engine, operations } = services;
  const session = sessionOf(services, request.sessionHandle);
  if (session === undefined) return new types.TExecuteStatementResp({ status: invalidSession(request.sessionHandle) });
  const execution = engine.execute({
    statement: request.statement,
    parameters: (request.parameters ?? []).map(sqlParameter),
    session,
    timeoutSeconds: Number(request.queryTimeout ?? 0),
  });
  const operation = operations.open(execution, session, request.canReadArrowResult === true);
  if (request.runAsync !== true) await execution.settled;
  return Object.assign(
    new types.TExecuteStatementResp(),
    await openedOperation(operations, operation, request.getDirectResults),
  );
};
