/** What a command does to the project that a task names, and to no other. */
const SUBCOMMANDS =
  'build|clean|compile|debug|deps|docs generate|list|ls|parse|run|seed|snapshot|source freshness|test';
const COMMAND = new RegExp(`^dbt +(?:${SUBCOMMANDS.replaceAll(' ', ' +')})(?= |$)`);

/** Options that choose among what the project holds, and how it is run. `--project-dir` and `--inline` bring other code. */
const OPTIONS: ReadonlySet<string> = new Set(
  [
    '-s --select -m --models --exclude --selector --resource-type --resource-types --indirect-selection',
    '-f --full-refresh -x --fail-fast --no-fail-fast --vars --threads --empty --store-failures --sample',
    '-t --target --event-time-start --event-time-end --partial-parse --no-partial-parse --warn-error',
    '-q --quiet -d --debug --log-format --log-level --no-use-colors --cache-selected-only',
  ].flatMap((options) => options.split(' ')),
);

/** What a shell would read, were there one, and what Databricks fills in when the run starts. */
const READ_BY_OTHERS = /[^\P{C} ]|[`$;&|<>\\]|\{\{/u;

/** Whether a command of a dbt task may run other code than the project's: anything but the plainest does. */
export function mayRunOtherCode(command: unknown): boolean {
  if (typeof command !== 'string' || READ_BY_OTHERS.test(command)) return true;
  const found = COMMAND.exec(command.trim())?.[0];
  if (found === undefined) return true;
  // An option in quotes is one all the same.
  const words = command.trim().slice(found.length).replaceAll(/["']/g, '').split(' ');
  return words.some((word) => word.startsWith('-') && !OPTIONS.has(word.split('=', 1)[0] ?? ''));
}
