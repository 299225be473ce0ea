import type { EmulatedRequest } from '../../emulator/emulator.ts';
import { sendJson } from '../../emulator/emulator.ts';
import type { Clock } from '../clock.ts';
import { openEngine } from './engine.ts';
import { answerThriftCall, calledMethod } from './thrift-server.ts';
import { createThriftService } from './thrift-service.ts';

/** The emulator's only SQL warehouse. */
export const warehouseId = '0123456789abcdef';

const reapIntervalMs = 60_000;

/** A SQL warehouse as a workspace serves it: Thrift under the warehouse's and the cluster's HTTP path, and the REST APIs. */
export interface SqlWarehouse extends AsyncDisposable {
  /** The Thrift call (`ExecuteStatement`) or REST operation (`sql/statements`) of a request; undefined if it is none of ours. */
  operationOf(request: EmulatedRequest): string | undefined;
  /** Answers a request that has been authenticated. */
  handle(request: EmulatedRequest): Promise<void>;
}

export interface SqlWarehouseOptions {
  clock: Clock;
  /** Where tables are kept; in memory without it. */
  dataDir?: string;
}

/** Opens the warehouse: DuckDB underneath, with `default.diamonds` in it. */
export async function createSqlWarehouse(options: SqlWarehouseOptions): Promise<SqlWarehouse> {
  const engine = await openEngine(options);
  const thriftService = createThriftService(engine);
  let stopReaping = scheduleReaping();

  function scheduleReaping(): () => void {
    return options.clock.at(options.clock.now() + reapIntervalMs, () => {
      void engine.sessions.reap().then(() => thriftService.reap());
      stopReaping = scheduleReaping();
    });
  }

  return {
    operationOf(request) {
      return isThriftPath(request.url.pathname) ? (calledMethod(request.body) ?? '') : undefined;
    },
    async handle(request) {
      const { response, url } = request;
      if (!isThriftPath(url.pathname)) {
        sendJson(response, 404, {
          error_code: 'ENDPOINT_NOT_FOUND',
          message: `No API found for '${request.method} ${url.pathname}'`,
        });
        return;
      }
      if (!isKnownCompute(url.pathname)) {
        sendJson(response, 404, {
          error_code: 'NOT_FOUND',
          message: `SQL warehouse ${url.pathname.split('/').at(-1)} does not exist.`,
        });
        return;
      }
      const answer = await answerThriftCall(request.body, thriftService.handlers);
      response.writeHead(200, { 'content-type': 'application/x-thrift', 'content-length': answer.length });
      response.end(answer);
    },
    async [Symbol.asyncDispose]() {
      stopReaping();
      await engine[Symbol.asyncDispose]();
    },
  };
}

function isThriftPath(path: string): boolean {
  return path.startsWith('/sql/1.0/') || path.startsWith('/sql/protocolv1/');
}

/** `/sql/1.0/warehouses/{id}` (and its older name `endpoints`), or any cluster's `/sql/protocolv1/o/{org}/{cluster}`. */
function isKnownCompute(path: string): boolean {
  const warehouse = /^\/sql\/1\.0\/(?:warehouses|endpoints)\/([^/]+)\/?$/.exec(path);
  return warehouse ? warehouse[1] === warehouseId : /^\/sql\/protocolv1\/o\/[^/]+\/[^/]+\/?$/.test(path);
}
