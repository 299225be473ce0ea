import type { Caller } from '../domain/caller.ts';
import type { RequestSource } from '../domain/run-request.ts';

/** Who asks for something, whatever trigger it came by: all that a decision and its record need of a request. */
export interface Requester {
  /** As the trigger knows it; never what the request says of itself. */
  caller: Caller;
  source: RequestSource;
  /** By what id the log knows the request. */
  requestId: string;
}
