import { StopSignals } from './functions-host/stop-signals.ts';

const PARENT_WATCH_MS = 250;

/**
 * A signal that aborts when someone stops this program: Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that
 * runs it, which is not always passed on. npm passes on what has come already, so signals within a second are one; a
 * later one ends the process at once, and its children then end by themselves.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const signals = new StopSignals({
    stop: () => controller.abort(new InterruptedError()),
    // eslint-disable-next-line unicorn/no-process-exit -- the user asks for the second time
    end: () => process.exit(130),
    nowMs: () => performance.now(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => signals.receive());

  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      if (!controller.signal.aborted) signals.receive();
    }, PARENT_WATCH_MS);
    watch.unref();
  }
  return controller.signal;
}

/** The stack was stopped while it started. */
export class InterruptedError extends Error {
  override name = 'InterruptedError' as const;

  constructor() {
    super('Stopped.');
  }
}
