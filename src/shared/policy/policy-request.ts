import type { Caller, Owner } from '../domain/caller.ts';
import type { RequestSource } from '../domain/run-request.ts';
import type { Action } from './actions.ts';
import type { FieldFacts, RunFacts } from './run-facts.ts';

/** What a SQL statement is and reaches, as the guard has read it. */
export interface SqlFacts {
  /** `SELECT`, `INSERT`, …; null for a statement that cannot be read. More than one where it does more than one thing. */
  readonly classes: readonly string[] | null;
  /** Functions by which it reaches out of the query; `read_files` stands for names of files, too. */
  readonly functions: readonly string[];
  /** The catalogs of all that it names; null where that is not known. */
  readonly catalogs: readonly string[] | null;
}

/** All that is decided upon: who asks for what, however the request came. */
export interface PolicyRequest {
  readonly caller: Caller;
  readonly source: RequestSource;
  readonly action: Action;
  readonly workspace: string;
  /** Who submitted the run or the statement that the action is on; absent for what is new. */
  readonly owner?: Owner | undefined;
  readonly template?: string | undefined;
  /** What is to run. The body of a template, too: a forbid looks at it whoever wrote it. */
  readonly run?: RunFacts | undefined;
  /** The fields of a repair. */
  readonly repair?: FieldFacts | undefined;
  readonly sql?: SqlFacts | undefined;
}
