import { afterAll } from 'vitest';
import { startStack, type Stack, type StackOptions } from '../../local/stack.ts';
import { ENDLESS } from './endless-statement.ts';
import { Gateway } from './gateway.ts';

export interface FileStack {
  stack: Stack;
  gateway: Gateway;
}

let shared: Promise<FileStack> | undefined;

/**
 * Returns the stack that the test files of a worker share, one after the other: for files that need no settings of their
 * own. It goes with the worker. A file awaits it before it defines a test, so that the functions beside the tests share
 * it too, which a fixture of the tests' context would not let them.
 * @throws Error of the part that did not start
 */
export async function shareStack(): Promise<FileStack> {
  shared ??= startFor();
  const { gateway } = await shared;
  afterAll(async () => {
    for (const emulator of ['databricks', 'vault', 'identity', 'storage', 'eventGrid'] as const)
      await gateway.control(emulator, 'DELETE', 'faults');
  });
  return shared;
}

/**
 * Starts a stack for one test file, which stops after the last of its tests.
 * @throws Error of the part that did not start
 */
export async function startFileStack(options: StackOptions = {}): Promise<FileStack> {
  const started = await startFor(options);
  afterAll(async () => {
    // A host that stops waits for the activities that follow the runs which a test has left behind.
    await started.stack.killHost();
    await started.stack[Symbol.asyncDispose]();
  });
  return started;
}

async function startFor(options: StackOptions = {}): Promise<FileStack> {
  const stack = await startStack(options);
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'POST', 'statements', { held: [ENDLESS] });
  return { stack, gateway };
}
