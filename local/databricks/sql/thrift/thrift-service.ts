import { randomBytes, randomUUID } from 'node:crypto';
import { thrift as driver } from '@databricks/sql';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { Schema } from 'apache-arrow';
import type { Int64 } from 'thrift';
import type { Clock } from '../../clock.ts';
import type { Execution, ExecutionState } from '../engine/execution.ts';
import type { MetadataFilter } from '../catalog/metadata-filter.ts';
import { metadataQueries } from './metadata-queries.ts';
import type { Plan } from '../engine/plan.ts';
import { sqlErrorOf } from '../duckdb-errors.ts';
import type { Session } from '../engine/session.ts';
import { sqlParameter } from './spark-parameter.ts';
import type { ThriftHandlers } from './thrift-server.ts';
import {
  errorStatus,
  failureOf,
  fetchResponse,
  invalidHandleStatus,
  resultSetMetadata,
  successStatus,
} from './thrift-results.ts';
import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';

const types = driver.TCLIService_types;
const protocolVersion = types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8;

/** How long an answer waits for its statement before it says RUNNING and leaves the rest to polling. */
const DIRECT_WAIT_MS = 300;
/** Emulated time after which an operation that nobody asks about is closed. */
const OPERATION_IDLE_MS = 30 * 60_000;
const MAX_FETCH_ROWS = 100_000;
/** The first answer is short, so that it is soon there. */
const MAX_DIRECT_ROWS = 20_000;
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

/** What GetInfo tells; every other kind of information is empty. */
const INFO_TEXTS: Partial<Record<T.TGetInfoType, string>> = {
  [types.TGetInfoType.CLI_SERVER_NAME]: 'Spark SQL',
  [types.TGetInfoType.CLI_DBMS_NAME]: 'Spark SQL',
  [types.TGetInfoType.CLI_DBMS_VER]: '3.5.0',
};

type MetadataRequest = MetadataFilter & {
  sessionHandle: T.TSessionHandle;
  getDirectResults?: T.TSparkGetDirectResults;
};

interface Operation {
  handle: T.TOperationHandle;
  execution: Execution;
  asArrow: boolean;
  startRow: number;
  session: Session;
  /** Emulated time. */
  lastUsedMs: number;
}

/** The Thrift calls of a SQL warehouse (TCLIService), over an engine that runs statements. */
export function createThriftService(
  engine: Engine,
  compute: Compute,
  clock: Clock,
): {
  handlers: ThriftHandlers;
  /** Frees the operations of closed sessions, and those left alone. */ reap(): Promise<void>;
} {
  const operations = new Map<string, Operation>();

  const sessionOf = (handle: T.TSessionHandle): Session | undefined =>
    engine.sessions.touch(guidText(handle.sessionId));
  const operationOf = (handle: T.TOperationHandle): Operation | undefined => {
    const operation = operations.get(guidText(handle.operationId));
    if (operation === undefined) return undefined;
    engine.sessions.touch(operation.session.id);
    operation.lastUsedMs = clock.now();
    return operation;
  };

  async function free(operation: Operation): Promise<void> {
    operations.delete(guidText(operation.handle.operationId));
    await operation.execution[Symbol.asyncDispose]();
  }

  async function openSession(request: T.TOpenSessionReq): Promise<object> {
    try {
      await compute.running();
      const session = await engine.sessions.open({
        configuration: request.configuration ?? {},
        catalog: request.initialNamespace?.catalogName ?? undefined,
        schema: request.initialNamespace?.schemaName ?? undefined,
      });
      const sessionHandle = new types.TSessionHandle({ sessionId: handleIdentifier(session.id) });
      return new types.TOpenSessionResp({
        status: successStatus(),
        serverProtocolVersion: protocolVersion,
        sessionHandle,
        configuration: {},
        initialNamespace: new types.TNamespace({ catalogName: session.catalog, schemaName: session.schema }),
        canUseMultipleCatalogs: true,
      });
    } catch (error) {
      const status = errorStatus(sqlErrorOf(error));
      return new types.TOpenSessionResp({ status, serverProtocolVersion: protocolVersion });
    }
  }

  async function closeSession({ sessionHandle }: T.TCloseSessionReq): Promise<object> {
    const session = sessionOf(sessionHandle);
    if (session === undefined) return new types.TCloseSessionResp({ status: invalidSession(sessionHandle) });
    const open = [...operations.values()].filter((operation) => operation.session === session);
    await Promise.all(open.map(free));
    await engine.sessions.close(session.id);
    return new types.TCloseSessionResp({ status: successStatus() });
  }

  async function executeStatement(request: T.TExecuteStatementReq): Promise<object> {
    const session = sessionOf(request.sessionHandle);
    if (session === undefined)
      return new types.TExecuteStatementResp({ status: invalidSession(request.sessionHandle) });
    const execution = engine.execute({
      statement: request.statement,
      parameters: (request.parameters ?? []).map(sqlParameter),
      session,
      timeoutSeconds: Number(request.queryTimeout ?? 0),
    });
    const operation = open(execution, session, request.canReadArrowResult === true);
    if (request.runAsync !== true) await execution.settled;
    return Object.assign(new types.TExecuteStatementResp(), await opened(operation, request.getDirectResults));
  }

  /** The metadata calls: each is an operation like a statement, whose rows come in columns as from a real server. */
  function metadataHandler(method: string): (request: MetadataRequest) => Promise<object> {
    const Response = (types as unknown as Record<string, new () => object>)[`T${method}Resp`];
    return async (request) => {
      if (Response === undefined) throw new TypeError(`The driver has no T${method}Resp.`);
      const session = sessionOf(request.sessionHandle);
      if (session === undefined)
        return Object.assign(new Response(), { status: invalidSession(request.sessionHandle) });
      const query = metadataQueries[method]?.(request) ?? '';
      const plan: Plan = typeof query === 'string' ? { kind: 'query', verb: method, sql: query } : query;
      const operation = open(
        engine.execute({ statement: plan, parameters: [], session, timeoutSeconds: 0 }),
        session,
        false,
      );
      return Object.assign(new Response(), await opened(operation, request.getDirectResults));
    };
  }

  function open(execution: Execution, session: Session, asArrow: boolean): Operation {
    const handle = new types.TOperationHandle({
      operationId: handleIdentifier(randomUUID()),
      operationType: types.TOperationType.EXECUTE_STATEMENT,
      // Also of a statement without rows, whose result set is empty: clients would ask for it by a handle that is closed.
      hasResultSet: true,
    });
    const operation = { handle, execution, asArrow, startRow: 0, session, lastUsedMs: clock.now() };
    operations.set(guidText(handle.operationId), operation);
    return operation;
  }

  async function opened(operation: Operation, direct: T.TSparkGetDirectResults | null | undefined): Promise<object> {
    const { handle, execution } = operation;
    if (direct == null) return { status: successStatus(), operationHandle: handle };
    await settledWithin(execution, DIRECT_WAIT_MS);
    return {
      status: successStatus(),
      operationHandle: handle,
      directResults: await directResults(operation, direct.maxRows),
    };
  }

  /** Everything that a short statement's client would otherwise ask for in calls of their own. */
  async function directResults(operation: Operation, maxRows: Int64): Promise<T.TSparkDirectResults> {
    const { execution } = operation;
    const results = new types.TSparkDirectResults();
    results.operationStatus = operationStatus(execution);
    if (execution.state === 'running') return results;
    let isComplete = true;
    if (execution.state === 'finished') {
      results.resultSetMetadata = metadata(operation);
      results.resultSet = await fetchRows(operation, Math.min(maxRows.toNumber(), MAX_DIRECT_ROWS));
      isComplete = results.resultSet.hasMoreRows !== true;
    }
    if (isComplete) {
      await free(operation);
      results.closeOperation = new types.TCloseOperationResp({ status: successStatus() });
    }
    return results;
  }

  async function fetchRows(operation: Operation, maxRows: number): Promise<T.TFetchResultsResp> {
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

  function metadata({ execution, asArrow }: Operation): T.TGetResultSetMetadataResp {
    const columns = execution.rows?.columns ?? [];
    return resultSetMetadata({ columns, arrowSchema: asArrow ? (execution.rows?.schema ?? new Schema()) : undefined });
  }

  const handlers: ThriftHandlers = {
    OpenSession: openSession,
    CloseSession: closeSession,
    ExecuteStatement: executeStatement,
    ...Object.fromEntries(Object.keys(metadataQueries).map((method) => [method, metadataHandler(method)])),
    GetInfo: async ({ sessionHandle, infoType }: T.TGetInfoReq) => {
      const infoValue = new types.TGetInfoValue({ stringValue: INFO_TEXTS[infoType] ?? '' });
      if (sessionOf(sessionHandle) === undefined)
        return new types.TGetInfoResp({ status: invalidSession(sessionHandle), infoValue });
      return new types.TGetInfoResp({ status: successStatus(), infoValue });
    },
    GetOperationStatus: async ({ operationHandle }: T.TGetOperationStatusReq) => {
      const operation = operationOf(operationHandle);
      if (operation === undefined)
        return new types.TGetOperationStatusResp({ status: invalidOperation(operationHandle) });
      return operationStatus(operation.execution);
    },
    GetResultSetMetadata: async ({ operationHandle }: T.TGetResultSetMetadataReq) => {
      const operation = operationOf(operationHandle);
      if (operation === undefined)
        return new types.TGetResultSetMetadataResp({ status: invalidOperation(operationHandle) });
      return metadata(operation);
    },
    FetchResults: async ({ operationHandle, maxRows, includeResultSetMetadata }: T.TFetchResultsReq) => {
      const operation = operationOf(operationHandle);
      if (operation === undefined) return new types.TFetchResultsResp({ status: invalidOperation(operationHandle) });
      const response = await fetchRows(operation, maxRows.toNumber());
      if (includeResultSetMetadata === true) response.resultSetMetadata = metadata(operation);
      return response;
    },
    CancelOperation: async ({ operationHandle }: T.TCancelOperationReq) => {
      const operation = operationOf(operationHandle);
      if (operation === undefined) return new types.TCancelOperationResp({ status: invalidOperation(operationHandle) });
      operation.execution.cancel();
      return new types.TCancelOperationResp({ status: successStatus() });
    },
    CloseOperation: async ({ operationHandle }: T.TCloseOperationReq) => {
      const operation = operationOf(operationHandle);
      if (operation === undefined) return new types.TCloseOperationResp({ status: invalidOperation(operationHandle) });
      await free(operation);
      return new types.TCloseOperationResp({ status: successStatus() });
    },
  };
  return {
    handlers,
    async reap() {
      const isLeft = ({ session, lastUsedMs }: Operation) =>
        !engine.sessions.has(session.id) || lastUsedMs < clock.now() - OPERATION_IDLE_MS;
      const orphans = [...operations.values()].filter(isLeft);
      await Promise.all(orphans.map(free));
    },
  };
}

function operationStatus(execution: Execution): T.TGetOperationStatusResp {
  return new types.TGetOperationStatusResp({
    status: successStatus(),
    operationState: states[execution.state],
    hasResultSet: true,
    ...failureOf(execution.error),
    ...(execution.changedRows === undefined ? {} : { numModifiedRows: Number(execution.changedRows) as never }),
  });
}

async function settledWithin(execution: Execution, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([execution.settled, promise]);
  clearTimeout(timer);
}

function handleIdentifier(uuid: string): T.THandleIdentifier {
  return new types.THandleIdentifier({ guid: Buffer.from(uuid.replaceAll('-', ''), 'hex'), secret: randomBytes(16) });
}

/** A handle's id; the driver sends it back as a string of bytes. */
function guidText({ guid }: T.THandleIdentifier): string {
  const hex = (typeof guid === 'string' ? Buffer.from(guid, 'latin1') : guid).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function invalidSession({ sessionId }: T.TSessionHandle): T.TStatus {
  return invalidHandleStatus(`Invalid SessionHandle: SessionHandle [${guidText(sessionId)}]`);
}

function invalidOperation({ operationId }: T.TOperationHandle): T.TStatus {
  return invalidHandleStatus(
    `Invalid OperationHandle: OperationHandle [opType=EXECUTE_STATEMENT, getHandleIdentifier()=${guidText(operationId)}]`,
  );
}
