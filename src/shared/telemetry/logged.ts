import { AppError } from '../errors.ts';
import type { Log } from './log.ts';
import { inLogScope } from './log-scope.ts';

type OpenLog = () => { log: Log } | Promise<{ log: Log }>;

/**
 * A function that no HTTP client waits for, so that what it throws is in the gateway's own log too: redacted, and as
 * an outage that is tried again or as a fault. It is thrown on, as an Error whatever it was, for the host to act on. All
 * that is logged meanwhile, that line too, names the invocation, and what `scopeOf` finds in the input.
 */
export function logged<Input, Invocation extends { invocationId: string }, Output>(
  name: string,
  openContext: OpenLog,
  run: (input: Input, invocation: Invocation) => Promise<Output>,
  scopeOf: (input: Input) => Readonly<Record<string, unknown>> = () => ({}),
): (input: Input, invocation: Invocation) => Promise<Output> {
  return (input, invocation) =>
    inLogScope({ invocation: invocation.invocationId, ...scopeOf(input) }, async () => {
      try {
        return await run(input, invocation);
      } catch (error) {
        await note(name, openContext, error);
        throw error instanceof Error ? error : new Error(`${name} has failed.`, { cause: error });
      }
    });
}

async function note(name: string, openContext: OpenLog, error: unknown): Promise<void> {
  try {
    const isOutage = error instanceof AppError && error.retryable;
    const { log } = await openContext();
    log[isOutage ? 'warn' : 'error']('function.failed', { function: name, error });
  } catch {
    // Without settings that can be used there is no log; that they cannot be was logged at the start.
  }
}
