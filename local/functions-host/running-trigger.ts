import { type Log, systemEntry } from './log.ts';
import { SettingsError } from './settings-error.ts';
import { type AppFunction, isTriggeredBy } from './worker/app-worker.ts';

/** A trigger's listener. */
export interface RunningTrigger {
  /** Takes no more work; resolves when what it had taken is done. */
  stop(): Promise<void>;
}

/** Starts a listener for each function of a trigger type. A `SettingsError` puts its function out of use and no other. */
export function startEach(
  { functions, log }: { functions: AppFunction[]; log: Log },
  type: string,
  start: (fn: AppFunction) => RunningTrigger,
): RunningTrigger {
  const triggers: RunningTrigger[] = [];
  for (const fn of functions.filter((each) => isTriggeredBy(each, type))) {
    try {
      triggers.push(start(fn));
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      log(systemEntry('error', `The '${fn.name}' function is in error: ${error.message}`, fn.name));
    }
  }
  return {
    stop: async () => {
      await Promise.all(triggers.map((trigger) => trigger.stop()));
    },
  };
}
