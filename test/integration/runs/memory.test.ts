import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { shareStorage } from '../../support/file-storage.ts';
import { startOutputWorkspace } from './output-workspace.ts';

const TASKS = 20;
const RESULT_BYTES = 5 * 1024 * 1024;
const HEAP_MB = 88;

const storage = await shareStorage();

it('closes a run whose outputs are larger than the heap, and gives its result', { timeout: 240_000 }, async () => {
  const output = JSON.stringify({ notebook_output: { result: 'x'.repeat(RESULT_BYTES) } });
  await using workspace = await startOutputWorkspace(() => output);
  const script = fileURLToPath(new URL('complete-and-read.ts', import.meta.url));

  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MB}`,
    script,
    storage.connectionString,
    workspace.url,
    String(TASKS),
  ]);

  expect(TASKS * RESULT_BYTES).toBeGreaterThan(HEAP_MB * 1024 * 1024);
  expect(Number(stdout)).toBeGreaterThan(TASKS * RESULT_BYTES);
});
