import { BlockBlobClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { resultLink } from '../../../src/shared/statements/results/result-link.ts';

const NOW_MS = Date.UTC(2030, 0, 1);

async function linkTo(url: string): Promise<URLSearchParams> {
  const blob = new BlockBlobClient(url, new StorageSharedKeyCredential('a', Buffer.alloc(64).toString('base64')));
  return new URL((await resultLink(blob, NOW_MS)).url).searchParams;
}

test('a link reads one blob for an hour, over https only', async () => {
  const link = await linkTo('https://a.blob.core.windows.net/gateway-statements/1/result.csv');
  expect(Object.fromEntries(link)).toMatchObject({ sp: 'r', sr: 'b', spr: 'https', se: '2030-01-01T01:00:00Z' });
});

test('a link to the local storage emulator, which has no https, works over http', async () => {
  const link = await linkTo('http://127.0.0.1:10000/devstoreaccount1/gateway-statements/1/result.csv');
  expect(link.get('spr')).toBe('https,http');
});
