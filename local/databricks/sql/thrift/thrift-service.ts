import type { Clock } from '../../clock.ts';
import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';
import * as calls from './calls/index.ts';
import { metadataCalls } from './calls/metadata-calls.ts';
import type { ThriftCall, ThriftServices } from './thrift-call.ts';
import { ThriftOperations } from './thrift-operations.ts';
import type { ThriftHandlers } from './thrift-server.ts';

/** The Thrift calls of a SQL warehouse. */
export interface ThriftService {
  handlers: ThriftHandlers;
  /** Frees the operations of closed sessions, and those left alone. */
  reap(): Promise<void>;
}

/** Serves TCLIService over an engine that runs statements. */
export function createThriftService(engine: Engine, compute: Compute, clock: Clock): ThriftService {
  const operations = new ThriftOperations(engine, clock);
  const services: ThriftServices = { engine, compute, operations };
  const all = [...Object.entries<ThriftCall<never>>(calls), ...Object.entries<ThriftCall<never>>(metadataCalls)];
  return {
    handlers: Object.fromEntries(all.map(([method, call]) => [method, (request: never) => call(request, services)])),
    reap: () => operations.reap(),
  };
}
