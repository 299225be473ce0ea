import type { DBSQLClient } from '@databricks/sql';
import { checkResponses } from './checked-responses.ts';
import { failCutOffResponses } from './cut-off-responses.ts';
import type { Driver, DriverSession } from './driver-types.ts';
import { keepServerFacts } from './server-facts.ts';

/** Where SQL goes. */
export interface WarehouseAddress {
  /** A bare host name. */
  readonly host: string;
  readonly port?: number | undefined;
  /** Plain HTTP, for a server on this machine. */
  readonly isPlainHttp?: boolean | undefined;
  /** `/sql/1.0/warehouses/{id}`, or `/sql/protocolv1/o/{workspace}/{cluster}` for an all-purpose cluster. */
  readonly httpPath: string;
}

/** The origin of a warehouse's workspace. */
export function urlOf({ host, port, isPlainHttp }: WarehouseAddress): string {
  return `${isPlainHttp === true ? 'http' : 'https'}://${host}${port === undefined ? '' : `:${port}`}`;
}

const CONCURRENT_DOWNLOADS = 3;
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** Loads the driver, which takes some 200 ms: at the first statement, not when the app starts. */
export function loadDriver(): Promise<Driver> {
  return import('./driver-module.ts');
}

/**
 * Connects the driver; nothing goes over the wire yet. `getToken` is asked before every call, so that a connection
 * outlives its tokens. Telemetry is off (it would ask another port of the host for permission first), and the driver's
 * log goes nowhere: it holds statements and headers.
 */
export async function connect(
  { DBSQLClient }: Driver,
  { host, port, httpPath, isPlainHttp }: WarehouseAddress,
  getToken: () => Promise<string>,
): Promise<DBSQLClient> {
  const client = new DBSQLClient({ logger: { log: () => undefined } });
  if (isPlainHttp === true) usePlainHttp(client);
  await client.connect({
    host,
    port: port ?? (isPlainHttp === true ? 80 : 443),
    path: httpPath,
    authType: 'custom',
    provider: { authenticate: async () => ({ Authorization: `Bearer ${await getToken()}` }) },
    userAgentEntry: 'databricks-gateway',
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
    // The driver retries only what is safe to repeat (polls, closes). Its own 15 minutes would outlast every deadline.
    retryMaxAttempts: 4,
    retryDelayMin: 200,
    retryDelayMax: 2_000,
    retriesTimeout: 10_000,
  });
  boundDownloads(client);
  await boundAnswers(client);
  await checkResponses(client);
  await failCutOffResponses(client);
  await keepServerFacts(client);
  return client;
}

/**
 * Large results come as links to files, which the driver fetches ten at a time, each of up to 20 MB: too much memory
 * for a gateway of many callers. It has no public option for this.
 */
function boundDownloads(client: DBSQLClient): void {
  const { getConfig } = client as unknown as { getConfig?: () => { cloudFetchConcurrentDownloads?: number } };
  const config = getConfig?.call(client);
  if (config?.cloudFetchConcurrentDownloads !== undefined) config.cloudFetchConcurrentDownloads = CONCURRENT_DOWNLOADS;
}

/**
 * One response, unpacked: a page of rows is some 20 MB. Past it the call fails. A redirect is a response like any other
 * that is not 200. Options of the driver's HTTP client, which it hands on as they are.
 */
async function boundAnswers(client: DBSQLClient): Promise<void> {
  const { getConnectionProvider } = client as unknown as {
    getConnectionProvider?: () => Promise<{ getThriftConnection?: () => Promise<{ config?: object }> }>;
  };
  const provider = await getConnectionProvider?.call(client);
  const connection = await provider?.getThriftConnection?.();
  if (connection !== undefined)
    connection.config = { ...connection.config, size: MAX_ANSWER_BYTES, redirect: 'manual' };
}

/** The driver has no option for it. */
function usePlainHttp(client: DBSQLClient): void {
  const inside = client as unknown as { getConnectionOptions(options: unknown): object };
  const encrypted = inside.getConnectionOptions.bind(client);
  inside.getConnectionOptions = (options) => ({ ...encrypted(options), https: false });
}

/**
 * Closes a session at the warehouse, with everything that runs in it. The driver goes on taking it for open, so that
 * the response to a statement that was under way, with its handle, still arrives.
 */
export async function closeAtWarehouse(session: DriverSession): Promise<void> {
  const { backend } = session as unknown as { backend?: { close?: () => Promise<unknown> } };
  await (typeof backend?.close === 'function' ? backend.close() : session.close());
}
