import { BlobServiceClient } from '@azure/storage-blob';
import { expect, it } from 'vitest';
import { blobReader } from '../../../src/shared/ledger/blob-document.ts';
import { shareStorage } from '../../support/file-storage.ts';

const { connectionString } = await shareStorage();

it('reads a blob of the own account, and sends no token to another host than Azure Storage', async () => {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const container = service.getContainerClient('settings');
  await container.create();
  const blob = container.getBlockBlobClient('policy ü.json');
  const credential = () => Promise.reject(new Error('No token is needed here.'));
  const read = (url: string) =>
    blobReader(url, { kind: 'connection_string', connectionString }, credential)(AbortSignal.timeout(10_000));

  await expect(read(blob.url)).rejects.toThrow('cannot be read: Azure Storage responded with 404.');
  await blob.upload('{"version":1}', 13);
  expect(await read(blob.url)).toBe('{"version":1}');
  await blob.upload(' '.repeat(1024 * 1024 + 1), 1024 * 1024 + 1);
  await expect(read(blob.url)).rejects.toThrow('is larger than 1048576 bytes.');

  await expect(read('https://blob.core.windows.net.example.com/a/b')).rejects.toThrow('none of Azure Blob Storage');
  await expect(read('https://other.blob.core.windows.net/a/b')).rejects.toThrow('No token is needed here.');
});
