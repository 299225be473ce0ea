import type { TokenCredential } from '@azure/identity';
import type { TableClient, TableEntityResult, TableEntityResultPage } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import { isOfAnother, onlyStorageResponds } from './storage-response.ts';
import { tableTryTimeout } from './table-try-timeout.ts';

/** Azure Storage cannot be reached or keeps failing; nothing that was asked for has been promised. */
export class StorageUnavailableError extends AppError {
  override readonly name = 'StorageUnavailableError';
  constructor(cause: unknown) {
    super('Azure Storage does not respond.', {
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
      retryAfterMs: 10_000,
      cause,
    });
  }
}

/** Where the storage account is: a connection string, or service addresses that are opened with an identity. */
export type StorageLocation =
  | { kind: 'connection_string'; connectionString: string }
  | {
      kind: 'identity';
      blobUrl: string;
      queueUrl: string;
      tableUrl: string;
      credential: () => Promise<TokenCredential>;
    };

/** The account's tables, containers and queues, each created on first use. The SDKs are loaded on first use too. */
export interface Storage {
  table(name: string): Promise<TableClient>;
  container(name: string): Promise<ContainerClient>;
  queue(name: string): Promise<QueueClient>;
}

const RETRY = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 };
const TRY_TIMEOUT_MS = 30_000;

/** Opens the account; nothing is connected until the first use. */
export function openStorage(location: StorageLocation): Storage {
  return {
    table: onceEach(async (name) => {
      const client = await tableClient(location, name);
      await client.createTable();
      return client;
    }),
    container: onceEach(async (name) => {
      const client = await containerClient(location, name);
      await client.createIfNotExists();
      return client;
    }),
    queue: onceEach(async (name) => {
      const client = await queueClient(location, name);
      await client.createIfNotExists();
      return client;
    }),
  };
}

/** Runs one storage call; an outage becomes {@link StorageUnavailableError}, any other response is passed on. */
export async function storageCall<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw isOutage(error) ? new StorageUnavailableError(error) : error;
  }
}

/**
 * As {@link storageCall}, for a call of a blob or a container: their clients read whatever responds, and where that is
 * not storage they stumble over what is missing.
 */
export async function blobCall<Result>(call: () => Promise<Result>): Promise<Result> {
  return storageCall(async () => {
    try {
      return await call();
    } catch (error) {
      throw isStumble(error) ? new StorageUnavailableError(error) : error;
    }
  });
}

function isStumble(error: unknown): boolean {
  return error instanceof Error && ['Error', 'RangeError', 'TypeError'].includes(error.name);
}

/** The rows of a table that match an OData filter, page by page. @throws what {@link storageCall} throws. */
export async function* storageRows(table: TableClient, filter: string): AsyncGenerator<TableEntityResult<object>> {
  const rows = table.listEntities({ queryOptions: { filter } });
  for (;;) {
    const next = await storageCall(() => rows.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/**
 * One page of the rows that match an OData filter. It may be empty and still have a `continuationToken`: the service
 * ends a page after five seconds, whatever it has found.
 */
export async function storagePage(
  table: TableClient,
  filter: string,
  page: { maxRows: number; continuationToken?: string | undefined; columns?: string[] },
): Promise<TableEntityResultPage<object>> {
  const { maxRows: maxPageSize, continuationToken, columns } = page;
  const pages = table
    .listEntities({ queryOptions: { filter, ...(columns === undefined ? {} : { select: columns }) } })
    .byPage({ maxPageSize, ...(continuationToken === undefined ? {} : { continuationToken }) });
  const { value } = (await storageCall(() => pages.next())) as IteratorYieldResult<TableEntityResultPage<object>>;
  return value;
}

/** The HTTP status of a response by Azure Storage, where there was one. */
export function storageStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** How @azure/identity names its failures to get a token; without one, storage is unavailable. */
const TOKEN_ERRORS: ReadonlySet<unknown> = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
]);

function isOutage(error: unknown): boolean {
  const name = (error as { name?: unknown } | null)?.name;
  if (TOKEN_ERRORS.has(name)) return true;
  if (name !== 'RestError') return false;
  const status = storageStatus(error);
  // A key that was rotated, a role that is missing or a firewall shut the gateway out, whatever it asked for.
  const isShutOut = status === 401 || status === 403;
  const isUnsaid = status === 404 && !MISSING_CODES.has(codeOf(error));
  const isInDeletion = status === 409 && BEING_DELETED.test(codeOf(error) ?? '');
  if (status === undefined || isShutOut || isUnsaid || isInDeletion || isOfAnother(error)) return true;
  return status >= 500 || status === 429 || status === 408;
}

/**
 * How storage says that something is not there. A 404 without one of these is a proxy's, or a wrong address, and says
 * nothing about a run.
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 * @see https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes
 */
const MISSING_CODES: ReadonlySet<string | undefined> = new Set([
  'BlobNotFound',
  'ContainerNotFound',
  'EntityNotFound',
  'MessageNotFound',
  'QueueNotFound',
  'ResourceNotFound',
  'TableNotFound',
]);

/** A table, container or queue that was just deleted: for a while it can neither be used nor made anew. */
const BEING_DELETED = /^(?:Table|Container|Queue)BeingDeleted$/;

const text = z.string().optional().catch(undefined);
/**
 * Where the SDKs put the code: tables in the details, transactions in the error, blobs and queues in the error and its
 * details.
 */
const withCode = z.object({
  code: text,
  details: z
    .object({ errorCode: text, odataError: z.object({ code: text }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** The code in an error of Azure Storage, where it has one. */
function codeOf(error: unknown): string | undefined {
  const { data } = withCode.safeParse(error);
  return data?.details?.odataError?.code ?? data?.details?.errorCode ?? data?.code;
}

async function tableClient(location: StorageLocation, name: string): Promise<TableClient> {
  const { RestError, TableClient } = await import('@azure/data-tables');
  const options = {
    retryOptions: RETRY,
    allowInsecureConnection: isPlainLoopback(location),
    additionalPolicies: [tableTryTimeout(TRY_TIMEOUT_MS, RestError), onlyStorageResponds(RestError)],
  };
  return location.kind === 'connection_string'
    ? TableClient.fromConnectionString(location.connectionString, name, options)
    : new TableClient(location.tableUrl, name, await location.credential(), options);
}

async function containerClient(location: StorageLocation, name: string): Promise<ContainerClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const options = { retryOptions: { ...RETRY, maxTries: RETRY.maxRetries + 1, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  const service =
    location.kind === 'connection_string'
      ? BlobServiceClient.fromConnectionString(location.connectionString, options)
      : new BlobServiceClient(location.blobUrl, await location.credential(), options);
  return service.getContainerClient(name);
}

async function queueClient(location: StorageLocation, name: string): Promise<QueueClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const options = { retryOptions: { ...RETRY, maxTries: RETRY.maxRetries + 1, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  const service =
    location.kind === 'connection_string'
      ? QueueServiceClient.fromConnectionString(location.connectionString, options)
      : new QueueServiceClient(location.queueUrl, await location.credential(), options);
  return service.getQueueClient(name);
}

/** The local storage emulator speaks plain HTTP; anything but loopback has been refused with the configuration. */
function isPlainLoopback(location: StorageLocation): boolean {
  return location.kind === 'connection_string' && /TableEndpoint=http:/i.test(location.connectionString);
}

/** One promise a name, even for concurrent callers; a failure is not remembered. */
function onceEach<Value>(open: (name: string) => Promise<Value>): (name: string) => Promise<Value> {
  const opened = new Map<string, Promise<Value>>();
  return (name) => {
    let value = opened.get(name);
    if (value === undefined) {
      value = storageCall(() => open(name));
      opened.set(name, value);
      value.catch(() => opened.delete(name));
    }
    return value;
  };
}
