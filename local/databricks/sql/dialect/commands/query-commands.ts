import type { Plan } from '../../engine/plan.ts';
import { unsupported } from '../../sql-error.ts';
import { NAME, query, type Command, type CommandContext, type Groups } from './command.ts';

/** Commands that are a query in other words. */
export const queryCommands: readonly Command[] = [
  [String.raw`table\s+(?<name>${NAME})(?<rest>\s[^]*)?`, allOfTable],
  [String.raw`explain\s[^]+`, explain],
];

function allOfTable({ name = '', rest = '' }: Groups, { planQuery }: CommandContext): Plan {
  return { ...query('select', ''), resolve: async () => planQuery(`SELECT * FROM ${name}${rest}`) };
}

/** @throws {@link SqlError} always: the plan of another database is no plan of Databricks */
function explain(): Plan {
  throw unsupported('EXPLAIN');
}
