import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent, fetch } from 'undici';
import { DBSQLClient } from '@databricks/sql';
import { WAREHOUSE_ID } from '../sql/compute.ts';
import { serveSqlWarehouse } from '../sql/serve.ts';

export type Session = Awaited<ReturnType<DBSQLClient['openSession']>>;
type OpenSession = Parameters<DBSQLClient['openSession']>[0];
type ExecuteOptions = Parameters<Session['executeStatement']>[1];
export type Row = Record<string, unknown>;

export interface TestResponse {
  status: number;
  body: any; // eslint-disable-line typescript/no-explicit-any -- tests look into responses freely
}

/** A warehouse with the unmodified driver and the REST API in front of it. */
export interface TestWarehouse extends AsyncDisposable {
  readonly client: DBSQLClient;
  openSession(options?: OpenSession): Promise<Session>;
  /** All rows of a statement, in a session of its own unless one is given. */
  rows(statement: string, options?: ExecuteOptions & { session?: Session }): Promise<Row[]>;
  /** What a statement is refused with. */
  refusal(
    statement: string,
    options?: ExecuteOptions,
  ): Promise<{ message: string; sqlState?: string; errorCode?: string }>;
  connect(path: string): Promise<DBSQLClient>;
  rest(method: string, path: string, body?: unknown): Promise<TestResponse>;
  execute(body: Record<string, unknown>): Promise<TestResponse>;
  /** Keeps statements of this text at work without computing anything, and no others. */
  hold(statement: string): Promise<void>;
}

export async function startTestWarehouse(): Promise<TestWarehouse> {
  const server = await serveSqlWarehouse();
  const ca = await readFile(server.caFile, 'utf8');
  const dispatcher = new Agent({ connect: { ca } });
  // With `customCaCert` the driver reads every authority of the world anew for each connection, which takes it 30 ms.
  const trusted = getCACertificates();
  setDefaultCACertificates([...trusted, ca]);

  async function connect(path: string): Promise<DBSQLClient> {
    const client = new DBSQLClient({ logger: { log() {} } });
    await client.connect({
      host: 'localhost',
      port: server.port,
      path,
      token: 'any',
      telemetryEnabled: false,
      preserveBigNumericPrecision: true,
    });
    return client;
  }

  const client = await connect(`/sql/1.0/warehouses/${WAREHOUSE_ID}`);

  async function rest(method: string, path: string, body?: unknown): Promise<TestResponse> {
    const response = await fetch(`${server.url}${path}`, {
      method,
      dispatcher,
      headers: { authorization: 'Bearer local' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  async function rows(statement: string, options: ExecuteOptions & { session?: Session } = {}): Promise<Row[]> {
    const { session: given, ...execute } = options;
    const session = given ?? (await client.openSession());
    try {
      const operation = await session.executeStatement(statement, execute);
      const all = await operation.fetchAll();
      await operation.close();
      return all as Row[];
    } finally {
      if (!given) await session.close();
    }
  }

  return {
    client,
    connect,
    rest,
    rows,
    openSession: (options) => client.openSession(options),
    execute: (body) => rest('POST', '/api/2.0/sql/statements', { warehouse_id: WAREHOUSE_ID, ...body }),
    async hold(statement) {
      await rest('POST', '/_emulator/statements', { held: [statement] });
    },
    async refusal(statement, options) {
      try {
        await rows(statement, options);
      } catch (error) {
        const failure = error as { message: string; errorCode?: string; response?: { sqlState?: string } };
        return {
          message: failure.message,
          ...(failure.response?.sqlState ? { sqlState: failure.response.sqlState } : {}),
          ...(failure.errorCode ? { errorCode: failure.errorCode } : {}),
        };
      }
      throw new Error(`Not refused: ${statement}`);
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await dispatcher.destroy();
      await server[Symbol.asyncDispose]();
      setDefaultCACertificates(trusted);
    },
  };
}
