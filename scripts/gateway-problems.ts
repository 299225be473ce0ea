import { loadConfig } from '../src/shared/config/config.ts';
import { ConfigError } from '../src/shared/config/config-error.ts';

/** What the gateway says of the settings in an environment, a sentence each; nothing where it can use them. */
export function gatewayProblems(environment: Readonly<Record<string, string | undefined>>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ setting, problem }) => `${setting} ${problem}`);
  }
}
