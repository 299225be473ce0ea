import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidOperation } from '../handles.ts';
import type { ThriftCall } from '../thrift-call.ts';
import { successStatus } from '../thrift-results.ts';

/** Stops an operation and forgets it. */
export const closeOperation: ThriftCall<T.TCloseOperationReq> = async ({ operationHandle }, { operations }) => {
  const operation = operations.find(operationHandle);
  if (operation === undefined) return new types.TCloseOperationResp({ status: invalidOperation(operationHandle) });
  await operations.free(operation);
  return new types.TCloseOperationResp({ status: successStatus() });
};
