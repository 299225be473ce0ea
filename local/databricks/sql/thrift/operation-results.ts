import { Schema } from 'apache-arrow';
import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { Execution, ExecutionState } from '../engine/execution.ts';
import { sqlErrorOf } from '../duckdb-errors.ts';
import { errorStatus, failureOf, fetchResponse, resultSetMetadata, successStatus } from './thrift-results.ts';
import type { ThriftOperation } from './thrift-operations.ts';

const MAX_FETCH_ROWS = 100_000;
const BATCH_ROWS = 20_000;
const MAX_FETCH_BYTES = 16 * 1024 * 1024;

const states: Record<ExecutionState, T.TOperationState> = {
  running: types.TOperationState.RUNNING_STATE,
  finished: types.TOperationState.FINISHED_STATE,
  failed: types.TOperationState.ERROR_STATE,
  canceled: types.TOperationState.CANCELED_STATE,
  timedout: types.TOperationState.TIMEDOUT_STATE,
  closed: types.TOperationState.CLOSED_STATE,
};

/** The state of an execution, with its error where it failed. */
export function operationStatus(execution: Execution): T.TGetOperationStatusResp {
  return new types.TGetOperationStatusResp({
    status: successStatus(),
    operationState: states[execution.state],
    hasResultSet: true,
    ...failureOf(execution.error),
    ...(execution.changedRows === undefined ? {} : { numModifiedRows: Number(execution.changedRows) as never }),
  });
}

/** The next rows of an operation, at most `maxRows`; an operation that failed is a response with its error. */
export async function fetchRows(operation: ThriftOperation, maxRows: number): Promise<T.TFetchResultsResp> {
  const { execution, asArrow } = operation;
  if (execution.state === 'finished' && execution.rows === undefined)
    return fetchResponse({ columns: [], batches: [], asArrow, startRow: 0, hasMoreRows: false });
  const rowLimit = Math.min(Math.max(maxRows, 1), MAX_FETCH_ROWS);
  const columns = execution.rows?.columns ?? [];
  const batches = [];
  let [rows, bytes] = [0, 0];
  try {
    do {
      const batch = await execution.next(
        asArrow ? Math.min(BATCH_ROWS, rowLimit - rows) : rowLimit,
        MAX_FETCH_BYTES - bytes,
      );
      batches.push(batch);
      rows += batch.numRows;
      bytes += batch.data.byteLength;
      if (!asArrow || batch.numRows === 0) break;
    } while (execution.rows?.isDone === false && rows < rowLimit && bytes < MAX_FETCH_BYTES);
  } catch (error) {
    return new types.TFetchResultsResp({ status: errorStatus(sqlErrorOf(error)) });
  }
  const startRow = operation.startRow;
  operation.startRow += rows;
  return fetchResponse({ columns, batches, asArrow, startRow, hasMoreRows: execution.rows?.isDone === false });
}

/** The columns of an operation's result. */
export function metadataOf({ execution, asArrow }: ThriftOperation): T.TGetResultSetMetadataResp {
  const columns = execution.rows?.columns ?? [];
  return resultSetMetadata({ columns, arrowSchema: asArrow ? (execution.rows?.schema ?? new Schema()) : undefined });
}
