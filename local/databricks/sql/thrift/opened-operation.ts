import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { Int64 } from 'thrift';
import type { Execution } from '../engine/execution.ts';
import { fetchRows, metadataOf, operationStatus } from './operation-results.ts';
import type { ThriftOperation, ThriftOperations } from './thrift-operations.ts';
import { successStatus } from './thrift-results.ts';

/** How long a response waits for its statement before it says RUNNING and leaves the rest to polling. */
const DIRECT_WAIT_MS = 300;
/** The first response is short, so that it is soon there. */
const MAX_DIRECT_ROWS = 20_000;

/**
 * The fields of the response to a call that has opened an operation; with the direct results where the client wants
 * them. Thrift leaves null where a field is absent.
 */
export async function openedOperation(
  operations: ThriftOperations,
  operation: ThriftOperation,
  direct: T.TSparkGetDirectResults | null | undefined,
): Promise<object> {
  const { handle, execution } = operation;
  if (direct == null) return { status: successStatus(), operationHandle: handle };
  await settledWithin(execution, DIRECT_WAIT_MS);
  return {
    status: successStatus(),
    operationHandle: handle,
    directResults: await directResults(operations, operation, direct.maxRows),
  };
}

/** Everything that a short statement's client would otherwise ask for in calls of their own. */
async function directResults(
  operations: ThriftOperations,
  operation: ThriftOperation,
  maxRows: Int64,
): Promise<T.TSparkDirectResults> {
  const { execution } = operation;
  const results = new types.TSparkDirectResults();
  results.operationStatus = operationStatus(execution);
  if (execution.state === 'running') return results;
  let isComplete = true;
  if (execution.state === 'finished') {
    results.resultSetMetadata = metadataOf(operation);
    results.resultSet = await fetchRows(operation, Math.min(maxRows.toNumber(), MAX_DIRECT_ROWS));
    isComplete = results.resultSet.hasMoreRows !== true;
  }
  if (isComplete) {
    await operations.free(operation);
    results.closeOperation = new types.TCloseOperationResp({ status: successStatus() });
  }
  return results;
}

async function settledWithin(execution: Execution, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([execution.settled, promise]);
  clearTimeout(timer);
}
