import { nameParts } from '../../catalog/relation-name.ts';
import type { Plan } from '../../engine/plan.ts';
import { unsupported } from '../../sql-error.ts';
import { NAME, type Command, type Groups } from './command.ts';

/** Care for tables and files: what returns nothing is done at once, what returns figures of files is refused. */
export const maintenanceCommands: readonly Command[] = [
  [
    String.raw`analyze\s+table\s+(?<name>${NAME})\s+compute\s+(?:delta\s+)?statistics(?:\s+(?:noscan|for\s+(?:all\s+columns|columns\s+[^]+)))?`,
    nothingFor,
  ],
  [String.raw`refresh\s+(?:table\s+)?(?<name>(?!streaming|materialized|foreign)${NAME})`, nothingFor],
  [String.raw`(?:msck\s+)?repair\s+table\s+(?<name>${NAME})\s+sync\s+metadata`, nothingFor],
  [
    String.raw`(?<what>optimize|vacuum|analyze|refresh|repair|msck|restore|fsck|copy|cache|uncache|clear|reorg|sync|undrop|put|get|list|remove)\b[^]*`,
    refused,
  ],
];

/** The table must exist. */
function nothingFor({ name }: Groups): Plan {
  return {
    kind: 'command',
    verb: 'maintenance',
    async resolve(reader) {
      await reader.require(nameParts(name));
      return { kind: 'command', verb: 'maintenance' };
    },
  };
}

function refused({ what = '' }: Groups): Plan {
  throw unsupported(what.toUpperCase());
}
