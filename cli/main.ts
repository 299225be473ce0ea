#!/usr/bin/env node
import { runProgram } from './program.ts';
import { EXIT } from './exit-codes.ts';

/** Who no longer reads wants no more: `gateway sql … | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // eslint-disable-next-line unicorn/no-process-exit -- what is still under way has no reader
  process.exit(EXIT.done);
});

const listeners: (() => void)[] = [];
process.on('SIGINT', () => {
  const listener = listeners.at(-1);
  // eslint-disable-next-line unicorn/no-process-exit -- nothing that runs now has anything to leave
  if (listener === undefined) process.exit(EXIT.interrupted);
  listener();
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt: (listener) => {
    listeners.push(listener);
    return { [Symbol.dispose]: () => void listeners.splice(listeners.indexOf(listener), 1) };
  },
});
