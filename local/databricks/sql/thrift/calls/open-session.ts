import types from '@databricks/sql/thrift/TCLIService_types.js';
import type * as T from '@databricks/sql/thrift/TCLIService_types.js';
import { sqlErrorOf } from '../../duckdb-errors.ts';
import { handleIdentifier } from '../handles.ts';
import type { ThriftCall } from '../thrift-call.ts';
import { errorStatus, successStatus } from '../thrift-results.ts';

const PROTOCOL_VERSION = types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8;

/** Opens a session, in the catalog and schema that the client names. */
export const openSession: ThriftCall<T.TOpenSessionReq> = async (request, { engine, compute }) => {
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
      serverProtocolVersion: PROTOCOL_VERSION,
      sessionHandle,
      configuration: {},
      initialNamespace: new types.TNamespace({ catalogName: session.catalog, schemaName: session.schema }),
      canUseMultipleCatalogs: true,
    });
  } catch (error) {
    const status = errorStatus(sqlErrorOf(error));
    return new types.TOpenSessionResp({ status, serverProtocolVersion: PROTOCOL_VERSION });
  }
};
