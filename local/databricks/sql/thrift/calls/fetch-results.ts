import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { invalidOperation } from '../handles.ts';
import { fetchRows, metadataOf } from '../operation-results.ts';
import type { ThriftCall } from '../thrift-call.ts';

/** The next rows of an operation. */
export const fetchResults: ThriftCall<T.TFetchResultsReq> = async (
  { operationHandle, maxRows, includeResultSetMetadata },
  { operations },
) => {
  const operation = operations.find(operationHandle);
  if (operation === undefined) return new types.TFetchResultsResp({ status: invalidOperation(operationHandle) });
  const response = await fetchRows(operation, maxRows.toNumber());
  if (includeResultSetMetadata === true) response.resultSetMetadata = metadataOf(operation);
  return response;
};
