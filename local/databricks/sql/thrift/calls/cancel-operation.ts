import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidOperation } from '../handles.ts';
import type { ThriftCall } from '../thrift-call.ts';
import { successStatus } from '../thrift-results.ts';

/** Stops an operation, which stays open. */
export const cancelOperation: ThriftCall<T.TCancelOperationReq> = async ({ operationHandle }, { operations }) => {
  const operation = operations.find(operationHandle);
  if (operation === undefined) return new types.TCancelOperationResp({ status: invalidOperation(operationHandle) });
  operation.execution.cancel();
  return new types.TCancelOperationResp({ status: successStatus() });
};
