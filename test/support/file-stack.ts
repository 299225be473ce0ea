import { afterAll } from 'vitest';
import { startStack, type Stack, type StackOptions } from '../../local/stack.ts';
import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.ts';
import { ENDLESS } from './endless-statement.ts';
import { Gateway } from './gateway.ts';

/** How the gateway knows its workspace's notifications of runs. */
export const WEBHOOK_SETTINGS = {
  DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
  DATABRICKS_WEBHOOK_USERNAME: 'databricks',
  DATABRICKS_WEBHOOK_PASSWORD: 'of the destination',
};

/** Where the workspace sends them, as its control plane has it. */
export function webhookOf({ url }: Stack) {
  const { DATABRICKS_WEBHOOK_USERNAME: username, DATABRICKS_WEBHOOK_PASSWORD: password } = WEBHOOK_SETTINGS;
  return { url: `${url}/api/webhooks/databricks`, username, password };
}

/** What a file's stack is started with. */
export interface FileStackOptions extends StackOptions {
  /**
   * Whether the workspace notifies the gateway of runs, which then end within the second, and not when they are read next. A
   * notification that comes while the gateway is down is lost. @default false
   */
  isNotified?: boolean;
}

export interface FileStack {
  stack: Stack;
  gateway: Gateway;
}

/** The stack of a worker, which may call back a receiver of its own. */
export interface SharedStack extends FileStack {
  callbacks: CallbackReceiver;
}

let shared: Promise<SharedStack> | undefined;

/**
 * Returns the stack that the test files of a worker share, one after the other: for files that need no settings of their
 * own. It goes with the worker. A file awaits it before it defines a test, so that the functions beside the tests share
 * it too, which a fixture of the tests' context would not let them.
 * @throws Error of the part that did not start
 */
export async function shareStack(): Promise<SharedStack> {
  shared ??= startShared();
  const { gateway } = await shared;
  afterAll(async () => {
    for (const emulator of ['databricks', 'vault', 'identity', 'storage', 'eventGrid'] as const)
      await gateway.control(emulator, 'DELETE', 'faults');
  });
  return shared;
}

async function startShared(): Promise<SharedStack> {
  const callbacks = await startCallbackReceiver();
  const env = { CALLBACK_ALLOWED_HOSTS: callbacks.host };
  return { ...(await startFor({ env, isNotified: true })), callbacks };
}

/**
 * Starts a stack for one test file, which stops after the last of its tests.
 * @throws Error of the part that did not start
 */
export async function startFileStack(options: FileStackOptions = {}): Promise<FileStack> {
  const started = await startFor(options);
  afterAll(async () => {
    // A host that stops waits for the activities that follow the runs which a test has left behind.
    await started.stack.killHost();
    await started.stack[Symbol.asyncDispose]();
  });
  return started;
}

async function startFor({ isNotified = false, ...options }: FileStackOptions): Promise<FileStack> {
  const env = isNotified ? { ...WEBHOOK_SETTINGS, ...options.env } : options.env;
  const stack = await startStack({ ...options, ...(env === undefined ? {} : { env }) });
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'POST', 'statements', { held: [ENDLESS] });
  if (isNotified) await gateway.control('databricks', 'POST', 'webhooks', webhookOf(stack));
  return { stack, gateway };
}
