import type { Plan } from '../../engine/plan.ts';
import { quoteString } from '../../quoting.ts';
import type { Session } from '../../engine/session.ts';

/** What a command's pattern found, by group. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** What a command is planned with. */
export interface CommandContext {
  session: Session;
  /** The plan of a query within the command, its parameters bound. */
  planQuery: (query: string) => Plan | Promise<Plan>;
}

type Handler = (match: Groups, context: CommandContext) => Plan;

/** A command and the pattern, without anchors, that recognises it. */
export type Command = readonly [pattern: string, handler: Handler];

const PART = String.raw`(?:\`(?:[^\`]|\`\`)+\`|\w+)`;
/** A name of up to three parts. */
export const NAME = String.raw`${PART}(?:\s*\.\s*${PART}){0,2}`;
/** `[LIKE] 'pattern'`, which may be left out. */
export const LIKE = String.raw`(?:\s+(?:like\s+)?'(?<like>[^']*)')?`;
/** `IN` or `FROM` a schema or catalog, which may be left out. */
export const WITHIN = String.raw`(?:\s+(?:in|from)\s+(?<in>${NAME}))?`;

/** The plan of a query that reads what the catalog holds. */
export const query = (verb: string, sql: string): Plan => ({ kind: 'query', verb, sql });

/**
 * `SHOW … LIKE` patterns as a DuckDB condition: `*` for any text, `|` between alternatives, otherwise a regular expression,
 * whatever the case (docs.databricks.com, "SHOW TABLES").
 */
export function likeCondition(column: string, pattern: string | undefined): string {
  if (pattern === undefined) return 'true';
  const alternatives = pattern
    .trim()
    .split('|')
    .map((part) => part.replaceAll('*', '.*'));
  return `regexp_full_match(${column}, ${quoteString(alternatives.join('|'))}, 'i')`;
}
