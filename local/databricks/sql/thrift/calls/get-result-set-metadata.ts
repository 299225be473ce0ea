import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidOperation } from '../handles.ts';
import { metadataOf } from '../operation-results.ts';
import type { ThriftCall } from '../thrift-call.ts';

/** The columns of an operation's result. */
export const getResultSetMetadata: ThriftCall<T.TGetResultSetMetadataReq> = async (
  { operationHandle },
  { operations },
) => {
  const operation = operations.find(operationHandle);
  if (operation === undefined)
    return new types.TGetResultSetMetadataResp({ status: invalidOperation(operationHandle) });
  return metadataOf(operation);
};
