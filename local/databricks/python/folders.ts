import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PythonFolders } from './request.ts';

/** The folders behind `dbfs:/` and `/Volumes`: in the data folder, or in a temporary one that goes with the emulator. */
export async function openFolders(dataDir: string | undefined): Promise<PythonFolders & AsyncDisposable> {
  const root = dataDir ?? (await mkdtemp(join(tmpdir(), 'databricks-files-')));
  const folders = { dbfs: join(root, 'dbfs'), volumes: join(root, 'volumes') };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  return {
    ...folders,
    async [Symbol.asyncDispose]() {
      if (dataDir === undefined) await rm(root, { recursive: true, force: true });
    },
  };
}
