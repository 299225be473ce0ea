import type { Plan } from '../engine/plan.ts';
import type { SqlParameter } from '../engine/parameters.ts';
import type { Session } from '../engine/session.ts';
import { unsupported } from '../sql-error.ts';
import type { CommandContext } from './commands/command.ts';
import { definition } from './commands/ddl.ts';
import { describeCommands } from './commands/describe.ts';
import { resolveIdentifierClauses } from './commands/identifier-clause.ts';
import { maintenanceCommands } from './commands/maintenance.ts';
import { queryCommands } from './commands/query-commands.ts';
import { schemaCommands } from './commands/schemas-and-catalogs.ts';
import { sessionCommands } from './commands/session-commands.ts';
import { showKeyCommands } from './commands/show-jdbc.ts';
import { showListCommands } from './commands/show-lists.ts';
import { showTableCommands } from './commands/show-table.ts';

/** Statements about the session and the catalog, recognised by their words; the first that fits is it. */
const commands = [
  ...sessionCommands,
  ...showKeyCommands,
  ...showListCommands,
  ...showTableCommands,
  ...describeCommands,
  ...queryCommands,
  ...schemaCommands,
  ...maintenanceCommands,
].map(([pattern, handler]) => [new RegExp(`^${pattern}$`, 'i'), handler] as const);

const COMMAND_WORDS =
  /^(?:use|set|reset|show|desc|describe|explain|table|create|alter|drop|comment|truncate|analyze|refresh|repair|msck|optimize|vacuum|restore|fsck|copy|cache|uncache|clear|reorg|sync|undrop|put|get|list|remove)\b/i;
const DEFINITION_WORDS = /^(?:create|alter|drop|comment|truncate)\b/i;

/** The plan of a statement that is no query and changes no rows; undefined for every other. */
export function textCommand(
  text: string,
  parameters: readonly SqlParameter[],
  session: Session,
  planQuery: (query: string, parameters: readonly SqlParameter[]) => Plan | Promise<Plan>,
): Plan | undefined {
  const written = withoutComments(text);
  if (!COMMAND_WORDS.test(written)) return undefined;
  const resolved = resolveIdentifierClauses(written, parameters);
  const context: CommandContext = { session, planQuery: (query) => planQuery(query, resolved.parameters) };
  for (const [pattern, handler] of commands) {
    const match = pattern.exec(resolved.text);
    if (match !== null) return handler(match.groups ?? {}, context);
  }
  if (DEFINITION_WORDS.test(resolved.text)) return definition(resolved.text, context);
  throw unsupported(resolved.text.split(/\s+/, 2).join(' ').toUpperCase());
}

/** Without the comments before it and the semicolon after it. */
function withoutComments(text: string): string {
  return text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/, '').replace(/[\s;]+$/, '');
}
