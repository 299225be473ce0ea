import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidOperation } from '../handles.ts';
import { operationStatus } from '../operation-results.ts';
import type { ThriftCall } from '../thrift-call.ts';

/** The state of an operation, with its error where it failed. */
export const getOperationStatus: ThriftCall<T.TGetOperationStatusReq> = async ({ operationHandle }, { operations }) => {
  const operation = operations.find(operationHandle);
  if (operation === undefined) return new types.TGetOperationStatusResp({ status: invalidOperation(operationHandle) });
  return operationStatus(operation.execution);
};
