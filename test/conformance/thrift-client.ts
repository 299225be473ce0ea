import { setTimeout } from 'node:timers/promises';
import { thrift as driver } from '@databricks/sql';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { TBinaryProtocol, TBufferedTransport, Thrift, type TProtocol } from 'thrift';
import type { ConformanceTarget } from './target.ts';

interface ThriftStruct {
  read(input: TProtocol): void;
  write(output: TProtocol): void;
}

const types = driver.TCLIService_types;
const structs = types as unknown as Record<string, new (fields?: object) => ThriftStruct>;

/** What the published drivers send with every statement: results at once, in columns, up to so many rows. */
const DIRECT_RESULTS = { maxRows: 100, maxBytes: 1_000_000 };

const POLL_MS = 50;
const { INITIALIZED_STATE, PENDING_STATE, RUNNING_STATE } = types.TOperationState;
const RUNNING_STATES = new Set<number>([INITIALIZED_STATE, PENDING_STATE, RUNNING_STATE]);

/** A session of `TCLIService` over HTTP, as the drivers for Python, JDBC and Node open it. */
export class ThriftClient {
  readonly #target: ConformanceTarget;
  #handle: T.TSessionHandle | undefined;

  constructor(target: ConformanceTarget) {
    this.#target = target;
  }

  async open(
    fields: { configuration?: Record<string, string>; initialNamespace?: object } = {},
  ): Promise<T.TOpenSessionResp> {
    const response = await this.call<T.TOpenSessionResp>('OpenSession', {
      canUseMultipleCatalogs: true,
      ...fields,
    });
    this.#handle = response.sessionHandle;
    return response;
  }

  async close(): Promise<void> {
    await this.call('CloseSession', { sessionHandle: this.#handle });
  }

  /** A statement or a metadata call in the session; what it results in comes with the response, or is failed. */
  async run(method: string, fields: object = {}): Promise<T.TExecuteStatementResp> {
    const response = await this.call<T.TExecuteStatementResp>(method, {
      sessionHandle: this.#handle,
      getDirectResults: DIRECT_RESULTS,
      ...(method === 'ExecuteStatement' ? { runAsync: true, canReadArrowResult: false } : {}),
      ...fields,
    });
    return isRunning(response.directResults?.operationStatus) ? this.#whenEnded(response) : response;
  }

  /** What a server would have sent at once, had the operation ended in time. */
  async #whenEnded(response: T.TExecuteStatementResp): Promise<T.TExecuteStatementResp> {
    const of = { operationHandle: response.operationHandle };
    let operationStatus: T.TGetOperationStatusResp;
    do {
      await setTimeout(POLL_MS);
      operationStatus = await this.call<T.TGetOperationStatusResp>('GetOperationStatus', of);
    } while (isRunning(operationStatus));
    const resultSetMetadata = await this.call<T.TGetResultSetMetadataResp>('GetResultSetMetadata', of);
    const rows = { ...of, orientation: 0, maxRows: DIRECT_RESULTS.maxRows };
    const resultSet = await this.call<T.TFetchResultsResp>('FetchResults', rows);
    response.directResults = { operationStatus, resultSetMetadata, resultSet };
    return response;
  }

  async call<Response>(method: string, fields: object): Promise<Response> {
    const body = encode(method, fields);
    const path = `/sql/1.0/warehouses/${this.#target.warehouseId}`;
    const { bytes } = await this.#target.request('POST', path, {
      body,
      headers: { 'content-type': 'application/x-thrift' },
    });
    return decode(method, bytes) as Response;
  }
}

function isRunning(status: T.TGetOperationStatusResp | undefined): boolean {
  return status?.operationState !== undefined && RUNNING_STATES.has(status.operationState);
}

function encode(method: string, fields: object): Buffer {
  const parts: Buffer[] = [];
  const transport = new TBufferedTransport(undefined, (part?: Buffer) => {
    if (part) parts.push(part);
  });
  const output = new TBinaryProtocol(transport);
  const Request = structs[`T${method}Req`];
  if (!Request) throw new TypeError(`no T${method}Req`);
  output.writeMessageBegin(method, Thrift.MessageType.CALL, 1);
  output.writeStructBegin(`${method}_args`);
  output.writeFieldBegin('req', Thrift.Type.STRUCT, 1);
  new Request(fields).write(output);
  output.writeFieldEnd();
  output.writeFieldStop();
  output.writeStructEnd();
  output.writeMessageEnd();
  output.flush();
  return Buffer.concat(parts);
}

function decode(method: string, bytes: Buffer): ThriftStruct {
  let received: TBufferedTransport | undefined;
  TBufferedTransport.receiver((transport) => {
    received = transport;
  }, 0)(bytes);
  const Response = structs[`T${method}Resp`];
  if (!received || !Response) throw new TypeError(`no response to ${method}`);
  const input = new TBinaryProtocol(received);
  input.readMessageBegin();
  input.readStructBegin();
  input.readFieldBegin();
  const response = new Response();
  response.read(input);
  return response;
}

/** The values of a column of a direct result, by its name. */
export function columnValues({ directResults }: T.TExecuteStatementResp, name: string): unknown[] {
  const columns = directResults?.resultSetMetadata?.schema?.columns ?? [];
  const index = columns.findIndex(({ columnName }) => columnName === name);
  const column = directResults?.resultSet?.results?.columns?.[index];
  const values = Object.values(column ?? {}).find((typed) => typed !== null && typed !== undefined) as
    | { values: unknown[] }
    | undefined;
  return values?.values ?? [];
}

/** The names of a direct result's columns. */
export function columnNames({ directResults }: T.TExecuteStatementResp): string[] {
  return (directResults?.resultSetMetadata?.schema?.columns ?? []).map(({ columnName }) => columnName);
}
