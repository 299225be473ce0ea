import type { Config } from '../config/config.ts';

/** Whether events ask for runs: where there are no rules for them, nobody reads them. */
export function takesEvents({ eventRulesFile }: Config): boolean {
  return eventRulesFile !== undefined;
}
