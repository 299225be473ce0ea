import type { DBSQLClient } from '@databricks/sql';
import type { DriverSession } from './driver-types.ts';

/** The namespace that a session's unqualified names start from. */
export interface Namespace {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

/** What a server said of itself when it opened a session. */
export interface ServerFacts {
  /** Thrift's `TProtocolVersion`: 0xA501 and more for Databricks, below 20 for Hive and Apache Spark. */
  readonly protocolVersion: number;
  /** The namespace that the session begins in; `undefined` for a server that knows no such thing. */
  readonly namespace: Namespace | undefined;
}

/** From here on (`SPARK_CLI_SERVICE_PROTOCOL_V5`) the driver asks for Arrow; an older server sends lists of values. */
const ARROW_VERSION = 0xa505;
/** From here on (`SPARK_CLI_SERVICE_PROTOCOL_V8`) the driver sends parameters, which an older server would drop. */
const PARAMETERS_VERSION = 0xa508;

/** Whether the server sends Arrow. */
export const sendsArrow = ({ protocolVersion }: ServerFacts): boolean => protocolVersion >= ARROW_VERSION;
/** Whether the server takes parameters. */
export const takesParameters = ({ protocolVersion }: ServerFacts): boolean => protocolVersion >= PARAMETERS_VERSION;

/** The members read of Thrift's `TOpenSessionResp`. */
interface OpenSessionResponse {
  sessionHandle?: object | null;
  serverProtocolVersion?: number | null;
  initialNamespace?: { catalogName?: string | null; schemaName?: string | null } | null;
}

const responses = new WeakMap<object, OpenSessionResponse>();

/** Keeps what the server responds to each opening of a session; the driver itself hands out a part of it only. */
export async function keepServerFacts(client: DBSQLClient): Promise<void> {
  const { getDriver } = client as unknown as {
    getDriver?: () => Promise<{ openSession?: (request: unknown) => Promise<OpenSessionResponse> }>;
  };
  const driver = await getDriver?.call(client);
  if (typeof driver?.openSession !== 'function') return;
  const open = driver.openSession.bind(driver);
  driver.openSession = async (request) => {
    const response = await open(request);
    if (response.sessionHandle != null) responses.set(response.sessionHandle, response);
    return response;
  };
}

/** What is known of a session's server; of one that says nothing, nothing is expected. */
export function serverFactsOf(session: DriverSession): ServerFacts {
  const { backend } = session as unknown as { backend?: { sessionHandle?: object } };
  const response = backend?.sessionHandle === undefined ? undefined : responses.get(backend.sessionHandle);
  const namespace = response?.initialNamespace;
  return {
    protocolVersion: response?.serverProtocolVersion ?? 0,
    namespace:
      namespace == null
        ? undefined
        : { catalog: namespace.catalogName ?? undefined, schema: namespace.schemaName ?? undefined },
  };
}
