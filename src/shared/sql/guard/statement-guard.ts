import { StatementRefusedError } from '../sql-error.ts';
import { classOfLong } from './class-of-long.ts';
import { anyNamesFiles, type GivenParameter, mayNameFiles } from './computed-name.ts';
import type { Reach } from './deny-rules.ts';
import { classOf, type StatementClass } from './statement-class.ts';
import { READ_CLASSES } from './statement-words.ts';

/** The rule that refusals name. */
export const READ_ONLY_RULE = 'sql.read_only';

/** Read on the spot, in some 20 ms at most; longer ones are read beside the process's own work. */
const SHORT_CHARS = 32_768;
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
  if (statement.length > SHORT_CHARS) return classOfLong(statement);
  const found = classOf(statement);
  if (statement.length <= CACHE_STATEMENT_CHARS) {
    if (classes.size >= CACHE_ENTRIES) classes.delete(classes.keys().next().value ?? '');
    classes.set(statement, found);
  }
  return found;
}

/** What a guard lets pass. */
export interface GuardOptions {
  /** Functions that reach out of a query and may all the same; `read_files` stands for names of files, too. */
  readonly functions?: readonly string[];
  /** IDENTIFIER makes names of their values. */
  readonly parameters?: readonly GivenParameter[];
}

/**
 * Lets a statement pass whose class is a read or among `allowed` (`*` allows all), and which reaches out of the query
 * by no function but those that `options` allows.
 * @throws {StatementRefusedError} 403, naming the class and the rule.
 * @throws {StatementFailedError} 422, as `classify`.
 */
export async function guard(
  statement: string,
  allowed: readonly string[] = [],
  options: GuardOptions = {},
): Promise<StatementClass> {
  return guardClass(await classify(statement), allowed, options);
}

/** As `guard`, of a statement whose class is known. @throws {StatementRefusedError} */
export function guardClass(
  found: StatementClass,
  allowed: readonly string[] = [],
  { functions = [], parameters = [] }: GuardOptions = {},
): StatementClass {
  if (allowed.includes('*')) return found;
  if (!READ_CLASSES.has(found.name) && !allowed.includes(found.name)) throw refused(found.name);
  const reach = reachesOf(found, parameters).find(({ name }) => !functions.includes(name));
  if (reach !== undefined) throw refused(`${found.name} with ${reach.label}`);
  return found;
}

/** By what a statement reaches out of the query, given the values of its parameters. */
export function reachesOf(found: StatementClass, parameters: readonly GivenParameter[]): readonly Reach[] {
  return [...found.reaches, ...computedFiles(found, parameters)];
}

function computedFiles({ computedNames }: StatementClass, parameters: readonly GivenParameter[]): Reach[] {
  const isFile = computedNames === undefined ? anyNamesFiles(parameters) : mayNameFiles(computedNames, parameters);
  return isFile
    ? [{ name: 'read_files', label: 'files (perhaps, by a computed name)', rule: 'computed-relation' }]
    : [];
}

function refused(what: string): StatementRefusedError {
  return new StatementRefusedError(
    `${what} statements are not allowed: rule ${READ_ONLY_RULE} lets only statements that read pass (SELECT, WITH … SELECT, VALUES, TABLE, SHOW, DESCRIBE, EXPLAIN).`,
  );
}
