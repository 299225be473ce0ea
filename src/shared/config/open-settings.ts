import { startLog } from '../telemetry/start-log.ts';
import { loadConfig, type Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { readEnvironment, type Environment } from './env.ts';

/** The settings of this process, and the environment that they were read from. */
export interface Settings {
  config: Config;
  env: Environment;
}

let opened: Settings | { failure: unknown } | undefined;

/**
 * The settings of this process, read once. Where they cannot be used that is logged once, with all problems.
 * @throws {ConfigError} on every call then: the environment of a process does not change
 */
export function openSettings(): Settings {
  opened ??= tryToOpen();
  if ('failure' in opened) throw opened.failure;
  return opened;
}

/** As `openSettings`; undefined where they cannot be used. */
export function usableConfig(): Config | undefined {
  opened ??= tryToOpen();
  return 'failure' in opened ? undefined : opened.config;
}

function tryToOpen(): Settings | { failure: unknown } {
  try {
    const env = readEnvironment();
    return { config: loadConfig(env), env };
  } catch (failure) {
    if (failure instanceof ConfigError) startLog().error('configuration.invalid', { problems: failure.problems });
    else startLog().error('app.start_failed', { error: failure });
    return { failure };
  }
}
