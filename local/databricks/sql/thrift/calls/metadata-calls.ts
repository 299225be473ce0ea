import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import type { MetadataFilter } from '../../catalog/metadata-filter.ts';
import type { Plan } from '../../engine/plan.ts';
import { invalidSession } from '../handles.ts';
import { metadataQueries } from '../metadata-queries.ts';
import { openedOperation } from '../opened-operation.ts';
import { sessionOf, type ThriftCall } from '../thrift-call.ts';

const responses = types as unknown as Readonly<Record<string, new () => object>>;

type MetadataRequest = MetadataFilter & {
  sessionHandle: T.TSessionHandle;
  getDirectResults?: T.TSparkGetDirectResults;
};

/** The metadata calls: each is an operation like a statement, whose rows come in columns as from a real server. */
export const metadataCalls: Readonly<Record<string, ThriftCall<MetadataRequest>>> = Object.fromEntries(
  Object.keys(metadataQueries).map((method) => [method, metadataCall(method)]),
);

function metadataCall(method: string): ThriftCall<MetadataRequest> {
  const Response = responses[`T${method}Resp`];
  return async (request, services) => {
    if (Response === undefined) throw new TypeError(`The driver has no T${method}Resp.`);
    const { engine, operations } = services;
    const session = sessionOf(services, request.sessionHandle);
    if (session === undefined) return Object.assign(new Response(), { status: invalidSession(request.sessionHandle) });
    const query = metadataQueries[method]?.(request) ?? '';
    const plan: Plan = typeof query === 'string' ? { kind: 'query', verb: method, sql: query } : query;
    const execution = engine.execute({ statement: plan, parameters: [], session, timeoutSeconds: 0 });
    const operation = operations.open(execution, session, false);
    return Object.assign(new Response(), await openedOperation(operations, operation, request.getDirectResults));
  };
}
