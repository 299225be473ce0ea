import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPythonPool } from '../python/pool.ts';
import type { PythonOutcome } from '../python/request.ts';
import { SnapshotFile } from '../python/snapshot-file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'python-snapshots-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs one cell in a new interpreter, which starts from what is kept in a directory. */
async function run(cell: string): Promise<PythonOutcome> {
  await using pool = createPythonPool({
    warm: false,
    folders: { dbfs: dir, volumes: dir },
    snapshots: new SnapshotFile(join(dir, 'kept')),
  });
  const request = { name: 'a', parameters: {}, arguments: [], taskValues: null, maxLogCharacters: 1_000, timeScale: 1 };
  return await new Promise((resolve, reject) => {
    pool.run({
      isNested: false,
      request: { ...request, kind: 'notebook', cells: [cell] },
      onStarted: () => undefined,
      onCall: () => Promise.reject(new Error('Nothing is asked for.')),
      onFinished: resolve,
      onCrashed: reject,
    });
  });
}

it('loads an interpreter where the kept memory is of no use, and keeps its memory for the next process', async () => {
  new SnapshotFile(join(dir, 'kept')).write(Buffer.from('no memory'));
  await writeFile(join(dir, 'kept', 'of-another-version.snapshot'), '');

  expect((await run('print(1 + 1)')).logs).toBe('2\n');

  expect(await readdir(join(dir, 'kept'))).toHaveLength(1);
  expect(new SnapshotFile(join(dir, 'kept')).read()?.length).toBeGreaterThan(10_000_000);
});

it('gives each interpreter random numbers of its own', async () => {
  const draw = 'import os, random, uuid\nprint(random.random(), uuid.uuid4(), os.urandom(8))';

  const drawn = [await run(draw), await run(draw)].map(({ logs }) => logs.split(' '));

  expect(drawn[0]).toHaveLength(3);
  for (const [place, value] of drawn[0]!.entries()) expect(value).not.toBe(drawn[1]![place]);
});
