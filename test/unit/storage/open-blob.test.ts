import { Readable } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { chunksOf } from '../../../src/shared/storage/open-blob.ts';
import { StorageUnavailableError } from '../../../src/shared/storage/storage.ts';

afterEach(() => vi.useRealTimers());

it('gives up a blob whose bytes stop coming, however long its reader took before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const body = new Readable({ read: () => undefined });
  const chunks = chunksOf(body);
  body.push('first');
  expect((await chunks.next()).value).toEqual(Buffer.from('first'));
  await vi.advanceTimersByTimeAsync(3_600_000);
  body.push('second');
  expect((await chunks.next()).value).toEqual(Buffer.from('second'));

  const last = chunks.next().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30_000);

  expect(await last).toBeInstanceOf(StorageUnavailableError);
  expect(body.destroyed).toBe(true);
});
