import type { Command } from './command.ts';
import { cancel } from './commands/cancel.ts';
import { job } from './commands/job.ts';
import { list } from './commands/list.ts';
import { logs } from './commands/logs.ts';
import { run } from './commands/run.ts';
import { sql } from './commands/sql.ts';
import { watch } from './commands/watch.ts';

/** All commands, by their names. */
export const COMMANDS = { run, job, sql, watch, list, cancel, logs } as const satisfies Readonly<
  Record<string, Command>
>;
