import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;

/** Temporary files of the tests go into one folder, as a worker that is ended, or a process killed, leaves its own. */
export async function setup(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'gateway-tests-'));
  process.env['TMPDIR'] = folder;
}

export async function teardown(): Promise<void> {
  // Processes that end with their worker may still be writing.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
