import { afterAll } from 'vitest';
import { startStack, type Stack, type StackOptions } from '../../local/stack.ts';
import { Gateway } from './gateway.ts';

/**
 * Starts the stack of a test file, which stops after the last of its tests. A file awaits it before it defines a test,
 * so that the functions beside the tests share it too, which a fixture of the tests' context would not let them.
 * @throws Error of the part that did not start
 */
export async function startFileStack(options: StackOptions = {}): Promise<{ stack: Stack; gateway: Gateway }> {
  const stack = await startStack(options);
  afterAll(() => stack[Symbol.asyncDispose]());
  return { stack, gateway: new Gateway(stack) };
}
