import type { Readable } from 'node:stream';
import type { BlobClient } from '@azure/storage-blob';
import { DocumentUnreadableError, MAX_DOCUMENT_BYTES, textOf, type DocumentReader } from '../config/document-reader.ts';
import { readBounded } from '../net/read-bounded.ts';
import type { CredentialSource } from '../secrets/azure-credential.ts';
import type { StorageLocation } from '../storage/storage.ts';

/**
 * Where the app's token for Azure Storage may go.
 * @see https://learn.microsoft.com/azure/storage/common/storage-account-overview
 */
const BLOB_HOSTS = [
  '.blob.core.windows.net',
  '.blob.storage.azure.net',
  '.blob.core.usgovcloudapi.net',
  '.blob.core.chinacloudapi.cn',
];

const RETRY = { maxTries: 2, tryTimeoutInMs: 2_000, retryDelayInMs: 200, maxRetryDelayInMs: 500 };

/**
 * Reads a blob: one of the app's own storage account as the app opens that, one of another account with the app's
 * identity.
 */
export function blobReader(url: string, own: StorageLocation, credential: CredentialSource): DocumentReader {
  let client: Promise<BlobClient> | undefined;
  return async (signal) => {
    client ??= openClient(new URL(url), own, credential).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    const blob = await client;
    try {
      const { readableStreamBody } = await blob.download(0, undefined, { abortSignal: signal });
      return textOf(await readBounded(readableStreamBody as Readable, MAX_DOCUMENT_BYTES));
    } catch (error) {
      const { statusCode } = error as { statusCode?: unknown };
      if (typeof statusCode !== 'number') throw error;
      throw new DocumentUnreadableError(`cannot be read: Azure Storage responded with ${statusCode}.`, {
        cause: error,
      });
    }
  };
}

async function openClient(url: URL, own: StorageLocation, credential: CredentialSource): Promise<BlobClient> {
  const { BlobClient, BlobServiceClient } = await import('@azure/storage-blob');
  const options = { retryOptions: RETRY };
  if (own.kind === 'connection_string') {
    const service = BlobServiceClient.fromConnectionString(own.connectionString, options);
    if (isBelow(url, service.url)) return new BlobClient(url.href, service.credential, options);
  } else if (isBelow(url, own.blobUrl)) return new BlobClient(url.href, await own.credential(), options);
  const isBlobHost =
    url.protocol === 'https:' && url.port === '' && BLOB_HOSTS.some((host) => url.hostname.endsWith(host));
  if (!isBlobHost) throw new DocumentUnreadableError('is at a host that is none of Azure Blob Storage.');
  return new BlobClient(url.href, await credential(), options);
}

function isBelow({ href }: URL, service: string): boolean {
  return href.startsWith(`${service.replace(/\/$/, '')}/`);
}
