import { StatementFailedError, type StatementFailure } from '../sql-error.ts';
import { classOf, type StatementClass } from './statement-class.ts';

/** What a thread says of a statement: errors do not cross as what they are. */
export type ClassReply =
  | { readonly found: StatementClass }
  | { readonly failure: StatementFailure & { readonly message: string } };

/** The class of a statement as the worker sends it. */
export function replyTo(statement: string): ClassReply {
  try {
    return { found: classOf(statement) };
  } catch (error) {
    if (!(error instanceof StatementFailedError)) throw error;
    const { message, code, sqlState, errorClass } = error;
    return { failure: { message, code, sqlState, errorClass } };
  }
}
