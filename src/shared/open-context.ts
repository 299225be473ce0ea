import { openSettings } from './config/open-settings.ts';
import type { AppContext } from './context.ts';
import { startLog } from './telemetry/start-log.ts';

let opening: Promise<AppContext> | undefined;

/**
 * The app of this process. What it is composed of is loaded with the first call: functions are registered without.
 * @throws {ConfigError} on every call where the settings cannot be used
 */
export function openContext(): Promise<AppContext> {
  opening ??= open();
  return opening;
}

async function open(): Promise<AppContext> {
  const { config, env } = openSettings();
  try {
    const { createContext } = await import('./create-context.ts');
    const context = createContext(env, {}, config);
    // What is wrong with a document is logged at once; every request finds it out for itself.
    context.documents.refresh().catch(() => undefined);
    return context;
  } catch (error) {
    startLog().error('app.start_failed', { error });
    throw error;
  }
}
