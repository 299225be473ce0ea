import { StatementRefusedError } from '../sql-error.ts';
import { classOf, type StatementClass } from './statement-class.ts';
import { READ_CLASSES } from './statement-words.ts';

/** The rule that refusals name. */
export const READ_ONLY_RULE = 'sql.read_only';

const CACHE_ENTRIES = 500;
const CACHE_STATEMENT_CHARS = 10_000;
const classes = new Map<string, StatementClass>();

/**
 * The class of a statement. It is a read only where the grammar of reads proves it.
 * @throws {StatementFailedError} 422: no statement, several statements, or one that cannot be read.
 */
export async function classify(statement: string): Promise<StatementClass> {
  const known = classes.get(statement);
  if (known !== undefined) return known;
  const found = classOf(statement);
  if (statement.length <= CACHE_STATEMENT_CHARS) {
    if (classes.size >= CACHE_ENTRIES) classes.delete(classes.keys().next().value ?? '');
    classes.set(statement, found);
  }
  return found;
}

/**
 * Lets a statement pass whose class is a read or among `allowed` (`*` allows all), and which calls no function that
 * reaches out of it but those in `allowedFunctions`.
 * @throws {StatementRefusedError} 403, naming the class and the rule.
 * @throws {StatementFailedError} 422, as `classify`.
 */
export async function guard(
  statement: string,
  allowed: readonly string[] = [],
  allowedFunctions: readonly string[] = [],
): Promise<StatementClass> {
  const found = await classify(statement);
  if (allowed.includes('*')) return found;
  const reach = found.reaches.find(({ name }) => !allowedFunctions.includes(name));
  const isAllowed = READ_CLASSES.has(found.name) || allowed.includes(found.name);
  if (isAllowed && reach === undefined) return found;
  const refused = reach === undefined || !isAllowed ? found.name : `${found.name} with ${reach.label}`;
  throw new StatementRefusedError(
    `${refused} statements are not allowed: rule ${READ_ONLY_RULE} lets only statements that read pass (SELECT, WITH … SELECT, VALUES, TABLE, SHOW, DESCRIBE, EXPLAIN).`,
  );
}
