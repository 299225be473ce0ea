import { sendJson, type EmulatedRequest } from '../../emulator/emulator.ts';
import { ApiError } from '../api-error.ts';
import type { Clock } from '../clock.ts';
import { operationTable } from '../operation-table.ts';
import { bodyOf, queryOf } from '../request-body.ts';
import { createCompute, WAREHOUSE_ID } from './compute.ts';
import { openEngine, type Engine } from './engine/engine.ts';
import * as operations from './operations/index.ts';
import type { SqlServices } from './operations/sql-services.ts';
import { openStatementService } from './statements/statement-service.ts';
import { handleThriftCall, calledMethod } from './thrift/thrift-server.ts';
import { createThriftService } from './thrift/thrift-service.ts';

export { WAREHOUSE_ID };

const REAP_INTERVAL_MS = 60_000;

/** A statement has 16 MiB at the most, and its JSON escapes what it holds. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const matchOperation = operationTable(Object.values(operations).flat(), ['2.0']);

/** A SQL warehouse as a workspace serves it: Thrift under the warehouse's and the clusters' HTTP paths, and the REST APIs. */
export interface SqlWarehouse extends AsyncDisposable {
  /** What runs its statements; notebooks use it as well. */
  readonly engine: Engine;
  /** The Thrift call (`ExecuteStatement`) or REST operation (`sql/statements`) of a request; undefined if it is none of ours. */
  operationOf(request: EmulatedRequest): string | undefined;
  /** Handles a request that has been authenticated. */
  handle(request: EmulatedRequest): Promise<void>;
}

/** What a warehouse is opened with. */
export interface SqlWarehouseOptions {
  clock: Clock;
  /** Where tables are kept; in memory without it. */
  dataDir?: string;
}

/** Opens the warehouse: DuckDB underneath, with `default.diamonds` in it. */
export async function createSqlWarehouse(options: SqlWarehouseOptions): Promise<SqlWarehouse> {
  const { clock } = options;
  await using opened = new AsyncDisposableStack();
  const engine = opened.use(await openEngine(options));
  const compute = createCompute(clock);
  const thriftService = createThriftService(engine, compute, clock);
  const statements = opened.use(await openStatementService(engine, compute, clock));
  const services: SqlServices = { engine, compute, statements };

  async function reap(): Promise<void> {
    await engine.sessions.reap();
    await thriftService.reap();
    await statements.reap();
  }
  let stopReaping = () => {};
  (function scheduleReaping() {
    stopReaping = clock.at(clock.now() + REAP_INTERVAL_MS, () => {
      void reap();
      scheduleReaping();
    });
  })();
  opened.defer(() => stopReaping());

  async function handleThrift({ url, body, response }: EmulatedRequest): Promise<void> {
    if (!isKnownCompute(url.pathname))
      throw new ApiError(404, 'NOT_FOUND', `SQL warehouse ${url.pathname.split('/').at(-1)} does not exist.`);
    const reply = await handleThriftCall(body, thriftService.handlers);
    response.writeHead(200, { 'content-type': 'application/x-thrift', 'content-length': reply.length });
    response.end(reply);
  }

  async function respond(request: EmulatedRequest): Promise<void> {
    const { method, url, response } = request;
    if (isThriftPath(url.pathname)) {
      await handleThrift(request);
      return;
    }
    const match = matchOperation(method, url.pathname);
    if (match === undefined)
      throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${url.pathname}'`);
    const { operation, version, params } = match;
    const body = await bodyOf(request, MAX_BODY_BYTES);
    sendJson(response, 200, await operation.handle({ version, params, body, query: queryOf(request, body) }, services));
  }

  const owned = opened.move();
  return {
    engine,
    operationOf({ method, url, body }) {
      if (isThriftPath(url.pathname)) return calledMethod(body) ?? '';
      return matchOperation(method, url.pathname)?.operation.name;
    },
    async handle(request) {
      try {
        await respond(request);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        sendJson(
          request.response,
          error.status,
          { error_code: error.errorCode, message: error.message },
          error.headers,
        );
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function isThriftPath(path: string): boolean {
  return path.startsWith('/sql/1.0/') || path.startsWith('/sql/protocolv1/');
}

/** `/sql/1.0/warehouses/{id}` (and its older name `endpoints`), or any cluster's `/sql/protocolv1/o/{org}/{cluster}`. */
function isKnownCompute(path: string): boolean {
  const warehouse = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([^/]+)\/?$/.exec(path);
  return warehouse !== null ? warehouse[1] === WAREHOUSE_ID : /^\/sql\/protocolv1\/o\/[^/]+\/[^/]+\/?$/.test(path);
}
