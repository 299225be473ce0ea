import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { thrift as driver } from '@databricks/sql';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { Int64 } from 'thrift';
import {
  handleThriftCall,
  calledMethod,
  type ThriftHandlers,
} from '../../../local/databricks/sql/thrift/thrift-server.ts';

const types = driver.TCLIService_types;

/** A column as Spark's Thrift server sends it: a type, and a list of values in one of Thrift's forms. */
export interface OddColumn {
  name: string;
  type: keyof typeof types.TTypeId;
  values: unknown[];
  form?: 'stringVal' | 'i32Val' | 'i64Val' | 'doubleVal' | 'boolVal';
  qualifiers?: { precision: number; scale: number };
}

export interface OddAnswer {
  columns?: OddColumn[];
  /** The rows come in Arrow files behind these links, a row in each. */
  links?: string[];
  /** The lists are left out, as in what Spark gives for an INSERT. */
  noLists?: boolean;
  error?: { message: string; sqlState?: string };
  /** What happens when rows are asked for: `cut` breaks the connection off, `never` is for ever about to send some. */
  rows?: 'cut' | 'never';
  /** It runs for ever. */
  running?: boolean;
  /** The connection breaks when the statement comes. */
  lost?: boolean;
}

export interface OddServerOptions {
  /** Hive's V10, which Apache Spark speaks, where it is left out. */
  protocolVersion?: number;
  /** Whether the answer to an opening names the namespace asked for. */
  echoesNamespace?: boolean;
  /** What it answers to a statement; nothing but its columns' lists where a statement is not known. */
  answer: (statement: string) => OddAnswer | undefined;
  /** What is done to a response before it goes out. */
  respond?: (method: string, body: Buffer, response: ServerResponse) => boolean;
}

/** A Thrift server that answers in columns, as Apache Spark's does, and as oddly as a test wants. Keeps what it was sent. */
export async function startOddServer(options: OddServerOptions) {
  const statements: string[] = [];
  const answers = new Map<string, OddAnswer>();
  const calls: string[] = [];
  const success = () => new types.TStatus({ statusCode: types.TStatusCode.SUCCESS_STATUS });
  const failure = ({ message, sqlState }: { message: string; sqlState?: string }) =>
    new types.TStatus({
      statusCode: types.TStatusCode.ERROR_STATUS,
      errorMessage: message,
      errorCode: 0,
      ...(sqlState === undefined ? {} : { sqlState }),
    });
  const answerOf = ({ operationHandle }: { operationHandle: T.TOperationHandle }) =>
    answers.get(idOf(operationHandle.operationId)) ?? {};
  const handlers: ThriftHandlers = {
    OpenSession: async ({ initialNamespace }: T.TOpenSessionReq) =>
      Object.assign(
        new types.TOpenSessionResp({
          status: success(),
          serverProtocolVersion: types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10,
          sessionHandle: new types.TSessionHandle({ sessionId: identifier() }),
          ...(options.echoesNamespace === true && initialNamespace ? { initialNamespace } : {}),
        }),
        options.protocolVersion === undefined ? {} : { serverProtocolVersion: options.protocolVersion },
      ),
    CloseSession: async () => new types.TCloseSessionResp({ status: success() }),
    ExecuteStatement: async ({ statement }: T.TExecuteStatementReq) => {
      statements.push(statement);
      const answer = options.answer(statement) ?? {};
      if (answer.error) return new types.TExecuteStatementResp({ status: failure(answer.error) });
      const operationId = identifier();
      answers.set(idOf(operationId), answer);
      const operationHandle = new types.TOperationHandle({
        operationId,
        operationType: types.TOperationType.EXECUTE_STATEMENT,
        hasResultSet: true,
      });
      return new types.TExecuteStatementResp({ status: success(), operationHandle });
    },
    GetOperationStatus: async (request: T.TGetOperationStatusReq) =>
      new types.TGetOperationStatusResp({
        status: success(),
        operationState: answerOf(request).running
          ? types.TOperationState.RUNNING_STATE
          : types.TOperationState.FINISHED_STATE,
        hasResultSet: true,
      }),
    GetResultSetMetadata: async (request: T.TGetResultSetMetadataReq) =>
      new types.TGetResultSetMetadataResp({
        status: success(),
        resultFormat: answerOf(request).links
          ? types.TSparkRowSetType.URL_BASED_SET
          : types.TSparkRowSetType.COLUMN_BASED_SET,
        schema: new types.TTableSchema({ columns: (answerOf(request).columns ?? []).map(description) }),
      }),
    FetchResults: async (request: T.TFetchResultsReq) => {
      const { columns = [], links, noLists, rows } = answerOf(request);
      const isDone = request.orientation !== types.TFetchOrientation.FETCH_FIRST;
      const results = new types.TRowSet({ startRowOffset: 0 as never, rows: [] });
      if (links && !isDone) results.resultLinks = links.map((link, row) => resultLink(link, row));
      results.columns = noLists ? [] : columns.map((column) => list(column, isDone || rows === 'never'));
      const response = new types.TFetchResultsResp({ status: success(), hasMoreRows: rows === 'never' });
      response.results = results;
      return response;
    },
    CancelOperation: async () => new types.TCancelOperationResp({ status: success() }),
    CloseOperation: async () => new types.TCloseOperationResp({ status: success() }),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const method = calledMethod(body) ?? '';
    calls.push(method);
    const answered = await handleThriftCall(body, handlers);
    const last = [...answers.values()].at(-1);
    if (last?.lost === true && method === 'ExecuteStatement') return response.destroy();
    if (last?.rows === 'cut' && method === 'FetchResults') return response.destroy();
    if (options.respond?.(method, answered, response) === true) return undefined;
    return response.writeHead(200, { 'content-type': 'application/x-thrift' }).end(answered);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    statements,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function description({ name, type, qualifiers }: OddColumn, index: number): T.TColumnDesc {
  const qualifier = (value: number) => new types.TTypeQualifierValue({ i32Value: value });
  const typeQualifiers =
    qualifiers === undefined
      ? {}
      : {
          typeQualifiers: new types.TTypeQualifiers({
            qualifiers: { precision: qualifier(qualifiers.precision), scale: qualifier(qualifiers.scale) },
          }),
        };
  const primitiveEntry = new types.TPrimitiveTypeEntry({ type: types.TTypeId[type], ...typeQualifiers });
  return new types.TColumnDesc({
    columnName: name,
    // Spark counts from 0, Databricks from 1.
    position: index,
    typeDesc: new types.TTypeDesc({ types: [new types.TTypeEntry({ primitiveEntry })] }),
  });
}

function resultLink(fileLink: string, row: number): T.TSparkArrowResultLink {
  const number = (value: number) => new Int64(value);
  return new types.TSparkArrowResultLink({
    fileLink,
    expiryTime: number(Date.now() + 600_000),
    startRowOffset: number(row),
    rowCount: number(1),
    bytesNum: number(1_000),
  });
}

function list({ values, form = 'stringVal' }: OddColumn, isEmpty: boolean): T.TColumn {
  const kept = isEmpty ? [] : values;
  const nulls = Buffer.alloc(Math.ceil(kept.length / 8));
  for (const [row, value] of kept.entries()) if (value === null) nulls[row >> 3]! |= 1 << (row & 7);
  const empty = form === 'stringVal' ? '' : form === 'boolVal' ? false : 0;
  return new types.TColumn({ [form]: { values: kept.map((value) => value ?? empty), nulls } });
}

function identifier(): T.THandleIdentifier {
  return new types.THandleIdentifier({
    guid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
    secret: randomBytes(16),
  });
}

function idOf({ guid }: T.THandleIdentifier): string {
  return (typeof guid === 'string' ? Buffer.from(guid, 'latin1') : guid).toString('hex');
}
