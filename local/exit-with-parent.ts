/**
 * Preloaded (`--import`) into the stack's child processes, whose standard input is a pipe that nobody writes to: it ends
 * when the parent is gone, however it went (kill -9 too). The child then ends at once: it has nothing to save, as
 * whatever it has acknowledged is on disk, and a next start may be waiting for its files.
 */
import { isMainThread } from 'node:worker_threads';

// The flag is inherited by the child's own workers and children; their parent is another.
if (isMainThread && process.env['LOCAL_STACK_PID'] === String(process.ppid)) {
  const end = (): void => process.exit(1);
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdin.resume();
  // What the child says on its way out has no reader any more; that must not keep it from ending by itself.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  // A pipe is a socket, which may be left out of what keeps the process alive.
  if ('unref' in process.stdin) process.stdin.unref();
}
