import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** Temporary files of the tests go into one folder, as a worker that is ended, or a process killed, leaves its own. */
export async function setup(): Promise<void> {
  // A worker keeps the thread pool that its first file has begun to use: one of four threads, which is Node's own, would be
  // full with the long statements of a later file. Workers take it from here, as the emulator takes it for itself.
  process.env['UV_THREADPOOL_SIZE'] ??= '32';
  // Runs of tests beside each other have one already.
  if (process.env['HAS_SCRATCH_FOLDER'] === 'true') return;
  folder = await mkdtemp(join(tmpdir(), 'gateway-tests-'));
  process.env['TMPDIR'] = folder;
}

export async function teardown(): Promise<void> {
  // Processes that end with their worker may still be writing.
  if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
