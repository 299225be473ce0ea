const parentWatchMs = 250;

/**
 * A signal that aborts when someone stops this program: Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that
 * runs it, which is not always passed on. A second Ctrl-C ends the process at once; its children then end by themselves.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    // eslint-disable-next-line unicorn/no-process-exit -- the user asks for the second time
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new InterruptedError());
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      if (!controller.signal.aborted) stop();
    }, parentWatchMs);
    watch.unref();
  }
  return controller.signal;
}

export class InterruptedError extends Error {
  override name = 'InterruptedError' as const;

  constructor() {
    super('Stopped.');
  }
}
