import type { Caller, Submitter } from '../domain/caller.ts';
import type { RequestSource } from '../domain/run-request.ts';
import type { Action } from './actions.ts';

/** All that is decided upon: who asks for what, however the request came. */
export interface PolicyRequest {
  readonly caller: Caller;
  readonly source: RequestSource;
  readonly action: Action;
  readonly workspace: string;
  /** Who submitted the run or the statement that the action is on; absent for what is new. */
  readonly owner?: Submitter;
}
